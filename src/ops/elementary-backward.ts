// The gradients of the elementary functions: dx from dy and the function's input x or result y, whichever it is named, of the
// same length, and the options of the function. Rounded once. The result may go to dy or to the array beside it (`out`).
import { ELEMENTARY_BACKWARD } from "../backend/parts.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { ResultOf, TensorLike } from "../memory/tensor.js";
import {
  backward,
  ELU,
  type ElementwiseOptions,
  type EluOptions,
  type OfInput,
  type OfResult,
  SOFTPLUS,
  type SoftplusOptions,
} from "./elementwise.js";

/**
 * The gradient of exp's x: dy y, from exp's result y. Throws TypeError for a wrong kind, RangeError for a wrong size or
 * option.
 *
 * @example
 * expBackward(sc, [1, 1, 1], { y: exp(sc, [-1, 0, 2]) }); // 0.3679, 1, 7.3891
 */
export function expBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "y", options, (k, dx, dy, y, n) => k.expBackward(dx, dy, y, n));
}

/**
 * The gradient of expm1's x: dy exp(x), from the input x. Throws TypeError for a wrong kind, RangeError for a wrong
 * size or option.
 *
 * @example
 * expm1Backward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.3679, 1, 7.3891
 */
export function expm1Backward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) =>
    k.expm1Backward(dx, dy, x, n),
  );
}

/**
 * The gradient of log's x: dy / x, from the input x. Throws TypeError for a wrong kind, RangeError for a wrong size or
 * option.
 *
 * @example
 * logBackward(sc, [1, 1], { x: [1, 10] }); // 1, 0.1
 */
export function logBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) => k.logBackward(dx, dy, x, n));
}

/**
 * The gradient of log1p's x: dy / (1 + x), from the input x. Throws TypeError for a wrong kind, RangeError for a wrong
 * size or option.
 *
 * @example
 * log1pBackward(sc, [1, 1], { x: [0, 1] }); // 1, 0.5
 */
export function log1pBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) =>
    k.log1pBackward(dx, dy, x, n),
  );
}

/**
 * The gradient of sigmoid's x: dy y (1 - y), from sigmoid's result y. Throws TypeError for a wrong kind, RangeError for
 * a wrong size or option.
 *
 * @example
 * sigmoidBackward(sc, [1, 1, 1], { y: sigmoid(sc, [-1, 0, 2]) }); // 0.1966, 0.25, 0.105
 */
export function sigmoidBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "y", options, (k, dx, dy, y, n) =>
    k.sigmoidBackward(dx, dy, y, n),
  );
}

/**
 * The gradient of logSigmoid's x: dy sigmoid(-x), from the input x. Throws TypeError for a wrong kind, RangeError for a
 * wrong size or option.
 *
 * @example
 * logSigmoidBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.7311, 0.5, 0.1192
 */
export function logSigmoidBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) =>
    k.logSigmoidBackward(dx, dy, x, n),
  );
}

/**
 * The gradient of tanh's x: dy (1 - y^2), from tanh's result y. Throws TypeError for a wrong kind, RangeError for a
 * wrong size or option.
 *
 * @example
 * tanhBackward(sc, [1, 1, 1], { y: tanh(sc, [-1, 0, 2]) }); // 0.42, 1, 0.0707
 */
export function tanhBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "y", options, (k, dx, dy, y, n) => k.tanhBackward(dx, dy, y, n));
}

/**
 * The gradient of softplus's x: dy sigmoid(beta x), from the input x. Throws TypeError for a wrong kind, RangeError for
 * a wrong size or option.
 *
 * @example
 * softplusBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.2689, 0.5, 0.8808
 */
export function softplusBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & SoftplusOptions<X>,
): ResultOf<X> {
  return backward(
    heapOf(sc, ELEMENTARY_BACKWARD),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a) => k.softplusBackward(dx, dy, x, n, a),
    SOFTPLUS,
  );
}

/**
 * The gradient of silu's x: dy s (1 + x (1 - s)) with s = sigmoid(x), from the input x. An infinite x gives NaN, as in
 * PyTorch. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * siluBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.0723, 0.5, 1.0908
 */
export function siluBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) => k.siluBackward(dx, dy, x, n));
}

/**
 * The gradient of elu's x: dy where x > 0, else dy alpha exp(x), from the input x: dy alpha at 0, NaN at NaN. Throws
 * TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * eluBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.3679, 1, 1
 */
export function eluBackward<X extends TensorLike>(sc: Softcell, dy: X, options: OfInput & EluOptions<X>): ResultOf<X> {
  return backward(
    heapOf(sc, ELEMENTARY_BACKWARD),
    dy,
    "x",
    options,
    (k, dx, dy, x, n, a) => k.eluBackward(dx, dy, x, n, a),
    ELU,
  );
}

/**
 * The gradient of softsign's x: dy / (1 + |x|)^2, from the input x. An infinite x gives NaN, as in PyTorch. Throws
 * TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * softsignBackward(sc, [1, 1, 1], { x: [-1, 0, 2] }); // 0.25, 1, 0.1111
 */
export function softsignBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfInput & ElementwiseOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, ELEMENTARY_BACKWARD), dy, "x", options, (k, dx, dy, x, n) =>
    k.softsignBackward(dx, dy, x, n),
  );
}
