import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";

/**
 * Scales all gradients of the layers so that their common norm is at most maxNorm: by maxNorm / (norm + 1e-6), as
 * torch.nn.utils.clip_grad_norm_. Returns the norm before, summed in float64, which does not overflow; 0 of no layers.
 */
export function clipGradNorm(heap: Heap, layers: readonly Layer[] | Layer, maxNorm: number): number {
  const all = layersOf(heap, "layers", layers);
  check.number("maxNorm", maxNorm, 0, Number.POSITIVE_INFINITY, true);
  const { kernels } = heap;
  let squares = 0;
  for (const { parameters } of all) squares += kernels.sumSquares(parameters.grads, parameters.size);
  const norm = Math.sqrt(squares);
  const factor = maxNorm / (norm + 1e-6);
  if (!(factor >= 1)) {
    for (const {
      parameters: { grads, size },
    } of all)
      kernels.scale(grads, grads, size, factor);
  }
  return norm;
}

/** Clamps all gradients of the layers to [-value, value], as torch.nn.utils.clip_grad_value_; NaN stays NaN. */
export function clipGradValue(heap: Heap, layers: readonly Layer[] | Layer, value: number): void {
  const all = layersOf(heap, "layers", layers);
  check.number("value", value, 0, Number.POSITIVE_INFINITY, true);
  for (const {
    parameters: { grads, size },
  } of all)
    heap.kernels.hardTanh(grads, grads, size, -value, value);
}
