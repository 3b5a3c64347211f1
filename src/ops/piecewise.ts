// Functions of pieces that are lines, and their gradients.
import { PIECEWISE } from "../backend/parts.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { ResultOf, TensorLike } from "../memory/tensor.js";
import {
  backward,
  CLIP,
  type ClipOptions,
  type ElementwiseOptions,
  forward,
  HARD_SIGMOID,
  HARD_TANH,
  type HardSigmoidOptions,
  type HardTanhOptions,
  LEAKY_RELU,
  type LeakyReluOptions,
  type OfInput,
  type OfResult,
} from "./elementwise.js";

/**
 * min(max(alpha x + beta, 0), 1) of each element; x / 6 + 1 / 2 as in PyTorch where no option is given. Throws
 * TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * hardSigmoid(sc, [-1, 0, 2]); // 0.3333, 0.5, 0.8333
 */
export function hardSigmoid<X extends TensorLike>(sc: Softcell, x: X, options?: HardSigmoidOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, PIECEWISE), x, options, (k, y, x, n, a, b) => k.hardSigmoid(y, x, n, a, b), HARD_SIGMOID);
}

/**
 * The gradient of hardSigmoid's x: dy alpha where 0 < alpha x + beta < 1, else 0, from the input x. Throws TypeError
 * for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * hardSigmoidBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.1667, 0.1667, 0.1667
 */
export function hardSigmoidBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & HardSigmoidOptions<X>,
): ResultOf<X> {
  return backward(
    heapOf(sc, PIECEWISE),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a, b) => k.hardSigmoidBackward(dx, dy, x, n, a, b),
    HARD_SIGMOID,
  );
}

/**
 * min(max(x, min), max) of each element. Throws RangeError unless min < max. Throws TypeError for a wrong kind,
 * RangeError for a wrong size or option.
 *
 * @example
 * hardTanh(sc, [-1, 0, 2]); // -1, 0, 1
 */
export function hardTanh<X extends TensorLike>(sc: Softcell, x: X, options?: HardTanhOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, PIECEWISE), x, options, (k, y, x, n, a, b) => k.hardTanh(y, x, n, a, b), HARD_TANH);
}

/**
 * The gradient of hardTanh's x: 0 where x <= min or x >= max, else dy, from the input x. Throws TypeError for a wrong
 * kind, RangeError for a wrong size or option.
 *
 * @example
 * hardTanhBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0, 1, 0
 */
export function hardTanhBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & HardTanhOptions<X>,
): ResultOf<X> {
  return backward(
    heapOf(sc, PIECEWISE),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a, b) => k.hardTanhBackward(dx, dy, x, n, a, b),
    HARD_TANH,
  );
}

/**
 * min(max(x, min), max) of each element, with one bound or both: torch.clamp, ONNX's Clip. NaN stays. Throws RangeError
 * unless min <= max. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * clip(sc, [-1, 0, 2], { max: 1 }); // -1, 0, 1
 */
export function clip<X extends TensorLike>(sc: Softcell, x: X, options?: ClipOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, PIECEWISE), x, options, (k, y, x, n, a, b) => k.hardTanh(y, x, n, a, b), CLIP);
}

/**
 * The gradient of clip's x: dy where min <= x <= max, else 0, from the input x. At a bound it is dy, as torch.clamp has it,
 * where that of hardTanh is 0. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * clipBackward(sc, [1, 1, 1], { x: [-1, 1, 2], max: 1 }); // 1, 1, 0
 */
export function clipBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ClipOptions<X>,
): ResultOf<X> {
  return backward(
    heapOf(sc, PIECEWISE),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a, b) => k.hardTanhBackward(dx, dy, x, n, outside(a, -1), outside(b, 1)),
    CLIP,
  );
}

/** The next float32 beyond a bound, which is the first that is cut off; NaN, with which nothing compares, for an infinite one. */
function outside(bound: number, side: 1 | -1): number {
  if (!Number.isFinite(bound)) return Number.NaN;
  const value = Float32Array.of(side * bound);
  const bits = new Int32Array(value.buffer);
  bits[0] = value[0] === 0 ? 1 : bits[0] + Math.sign(value[0]);
  return side * value[0];
}

/**
 * max(x, 0) of each element; NaN stays. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * relu(sc, [-1, 0, 2]); // 0, 0, 2
 */
export function relu<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, PIECEWISE), x, options, (k, y, x, n) => k.relu(y, x, n));
}

/**
 * The gradient of relu's x: dy, or 0 where y <= 0, from relu's result y or its input x. Throws TypeError for a wrong
 * kind, RangeError for a wrong size or option.
 *
 * @example
 * reluBackward(sc, [1, 1, 1], { y: relu(sc, [-1, 0, 2]) }); // 0, 0, 1
 */
export function reluBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, PIECEWISE), dy, "y", options, (k, dx, dy, y, n) => k.reluBackward(dx, dy, y, n));
}

/**
 * x where x > 0, else negativeSlope x, of each element. Throws TypeError for a wrong kind, RangeError for a wrong size
 * or option.
 *
 * @example
 * leakyRelu(sc, [-1, 0, 2]); // -0.01, 0, 2
 */
export function leakyRelu<X extends TensorLike>(sc: Softcell, x: X, options?: LeakyReluOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, PIECEWISE), x, options, (k, y, x, n, a) => k.leakyRelu(y, x, n, a), LEAKY_RELU);
}

/**
 * The gradient of leakyRelu's x: dy where x > 0, else dy negativeSlope, from the input x. Throws TypeError for a wrong
 * kind, RangeError for a wrong size or option.
 *
 * @example
 * leakyReluBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.01, 0.01, 1
 */
export function leakyReluBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & LeakyReluOptions<X>,
): ResultOf<X> {
  return backward(
    heapOf(sc, PIECEWISE),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a) => k.leakyReluBackward(dx, dy, x, n, a),
    LEAKY_RELU,
  );
}
