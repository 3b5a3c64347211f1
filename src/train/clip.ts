import { CLIP } from "../backend/parts.js";
import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";

/** Options of clipGradNorm(). */
export interface ClipGradNormOptions {
  /** The p of the norm (sum |g|^p)^(1/p), at least 0: Infinity for the largest |g|, 0 for how many are not 0. Default 2. */
  normType?: number;
  /** Whether a norm that is NaN or infinite throws RangeError, and nothing is scaled. Default false. */
  errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before:
 * torch.nn.utils.clip_grad_norm_. The norm is the Euclidean one, or another by `normType`, over all elements; it is summed in
 * float64 and does not overflow; 0 of no layers. Throws TypeError for a wrong kind, RangeError for a wrong value.
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
  options: ClipGradNormOptions = {},
): number {
  const heap = heapOf(sc, CLIP);
  const all = layersOf(heap, "layers", layers);
  check.number("maxNorm", maxNorm, 0, Number.POSITIVE_INFINITY);
  check.options("options", options, ["normType", "errorIfNonfinite"]);
  const { normType = 2, errorIfNonfinite = false } = options;
  check.number("normType", normType, 0, Number.POSITIVE_INFINITY);
  check.boolean("errorIfNonfinite", errorIfNonfinite);
  const { kernels } = heap;
  let norm = 0;
  if (normType === 2) {
    for (const { parameters } of all) norm += kernels.sumSquares(parameters.grads, parameters.size);
    norm = Math.sqrt(norm);
  } else norm = powerNorm(heap, all, normType);
  if (errorIfNonfinite && !Number.isFinite(norm)) {
    throw new RangeError(`"layers" expected gradients of a finite norm, got ${norm}`);
  }
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
  let [largest, count, sum] = [0, 0, 0];
  each((g) => {
    largest = Math.max(largest, g);
    if (g !== 0) count++;
  });
  if (p === 0) return count;
  if (p === Number.POSITIVE_INFINITY || !(largest > 0) || largest === Number.POSITIVE_INFINITY) return largest;
  each((g) => {
    if (g > 0) sum += power(g / largest, p);
  });
  return largest * power(sum, 1 / p);
}

/** x to any power p >= 0, x >= 0: squares for the digits of p before the point, square roots for those behind it. */
function power(x: number, p: number): number {
  let [y, whole] = [1, Math.floor(p)];
  for (let square = x; whole > 0 && square > 0; whole = Math.floor(whole / 2), square *= square) {
    if (whole % 2 === 1) y *= square;
  }
  for (let rest = p - Math.floor(p), root = x; rest > 0; rest -= Math.floor(rest)) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest >= 1) y *= root;
  }
  return y;
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
