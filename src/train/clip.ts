import { CLIP } from "../backend/parts.js";
import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";

/** Options of clipGradNorm(). */
export interface ClipGradNormOptions {
  /** The p of the norm (sum |g|^p)^(1/p): a positive integer, or Infinity for the largest |g|. Default 2. */
  normType?: number;
}

/**
 * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before:
 * torch.nn.utils.clip_grad_norm_. The norm is the Euclidean one, or another by `normType`, which is summed in float64 and does not overflow; 0 of no layers. Throws TypeError for a wrong
 * kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * layer.params.weight.grad.set([3, 4]);
 * clipGradNorm(sc, layer, 1); // 5
 */
export function clipGradNorm(
  sc: Softcell,
  layers: readonly Layer[] | Layer,
  maxNorm: number,
  options?: ClipGradNormOptions,
): number {
  const heap = heapOf(sc, CLIP);
  const { normType = 2 } = check.options("options", options, ["normType"]);
  const all = layersOf(heap, "layers", layers);
  check.number("maxNorm", maxNorm, 0, Number.POSITIVE_INFINITY, true);
  if (normType !== Number.POSITIVE_INFINITY) check.integer("normType", normType, 1, 64);
  const { kernels } = heap;
  let norm = 0;
  if (normType === 2) {
    for (const { parameters } of all) norm += kernels.sumSquares(parameters.grads, parameters.size);
    norm = Math.sqrt(norm);
  } else norm = powerNorm(heap, all, normType);
  const factor = maxNorm / (norm + 1e-6);
  if (!(factor >= 1)) {
    for (const {
      parameters: { grads, size },
    } of all)
      kernels.scale(grads, grads, size, factor);
  }
  return norm;
}

/**
 * Of max |g| once and |g| / max to the power p: rare, so plain TypeScript, by operations that are the same on every
 * engine.
 */
function powerNorm(heap: Heap, layers: readonly Layer[], p: number): number {
  const each = (visit: (g: number) => void): void => {
    for (const {
      parameters: { grads, size },
    } of layers)
      heap.f32.subarray(grads >>> 2, (grads >>> 2) + size).forEach((g) => void visit(Math.abs(g)));
  };
  let largest = 0;
  each((g) => {
    largest = Math.max(largest, g);
  });
  if (p === Number.POSITIVE_INFINITY || !(largest > 0) || largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  each((g) => {
    sum += power(g / largest, p);
  });
  return largest * root(sum, p);
}

function power(x: number, n: number): number {
  let y = 1;
  for (let i = 0; i < n; i++) y *= x;
  return y;
}

/** The n-th root of x >= 1 by Newton's method, which comes down to it from x. */
function root(x: number, n: number): number {
  for (let y = x; ; ) {
    const next = y - (y - x / power(y, n - 1)) / n;
    if (!(next < y)) return y;
    y = next;
  }
}

/**
 * Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN:
 * torch.nn.utils.clip_grad_value_. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * layer.params.weight.grad.set([3, -4]);
 * clipGradValue(sc, layer, 0.5);
 * layer.params.weight.grad; // 0.5, -0.5
 */
export function clipGradValue(sc: Softcell, layers: readonly Layer[] | Layer, value: number): void {
  const heap = heapOf(sc, CLIP);
  const all = layersOf(heap, "layers", layers);
  check.number("value", value, 0, Number.POSITIVE_INFINITY, true);
  for (const {
    parameters: { grads, size },
  } of all)
    heap.kernels.hardTanh(grads, grads, size, -value, value);
}
