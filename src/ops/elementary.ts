// Elementary functions of each element. docs/accuracy.md has the worst error of each over all float32 numbers.
import { ELEMENTARY } from "../backend/parts.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { ResultOf, TensorLike } from "../memory/tensor.js";
import {
  ELU,
  type ElementwiseOptions,
  type EluOptions,
  forward,
  SOFTPLUS,
  type SoftplusOptions,
} from "./elementwise.js";

/**
 * exp(x) of each element, denormal results included. Throws TypeError for a wrong kind, RangeError for a wrong size or
 * option.
 *
 * @example
 * exp(sc, [-1, 0, 2]); // 0.3679, 1, 7.3891
 */
export function exp<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.exp(y, x, n));
}

/**
 * exp(x) - 1 of each element, exact also where x is small. Throws TypeError for a wrong kind, RangeError for a wrong
 * size or option.
 *
 * @example
 * expm1(sc, [-1, 0, 2]); // -0.6321, 0, 6.3891
 */
export function expm1<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.expm1(y, x, n));
}

/**
 * The natural logarithm of each element. 0 gives -Infinity, a negative number NaN. Throws TypeError for a wrong kind,
 * RangeError for a wrong size or option.
 *
 * @example
 * log(sc, [0, 1, 10]); // -Infinity, 0, 2.3026
 */
export function log<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.log(y, x, n));
}

/**
 * log(1 + x) of each element, exact also where x is small. -1 gives -Infinity, a smaller number NaN. Throws TypeError
 * for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * log1p(sc, [-1, 0, 1e-9]); // -Infinity, 0, 1.0e-9
 */
export function log1p<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.log1p(y, x, n));
}

/**
 * 1 / (1 + exp(-x)) of each element, denormal results included. Throws TypeError for a wrong kind, RangeError for a
 * wrong size or option.
 *
 * @example
 * sigmoid(sc, [-1, 0, 2]); // 0.2689, 0.5, 0.8808
 */
export function sigmoid<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.sigmoid(y, x, n));
}

/**
 * log(sigmoid(x)) = -log(1 + exp(-x)) of each element; nothing is lost far from 0. Throws TypeError for a wrong kind,
 * RangeError for a wrong size or option.
 *
 * @example
 * logSigmoid(sc, [-1, 0, 2]); // -1.3133, -0.6931, -0.1269
 */
export function logSigmoid<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.logSigmoid(y, x, n));
}

/**
 * tanh(x) of each element. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * tanh(sc, [-1, 0, 2]); // -0.7616, 0, 0.964
 */
export function tanh<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.tanh(y, x, n));
}

/**
 * log(1 + exp(beta x)) / beta of each element. PyTorch's threshold is not needed: nothing overflows. Throws RangeError
 * for a beta of 0. Throws TypeError for a wrong kind, RangeError for a wrong size or option.
 *
 * @example
 * softplus(sc, [-1, 0, 2]); // 0.3133, 0.6931, 2.1269
 */
export function softplus<X extends TensorLike>(sc: Softcell, x: X, options?: SoftplusOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n, a) => k.softplus(y, x, n, a), SOFTPLUS);
}

/**
 * x sigmoid(x) of each element, also known as swish. -Infinity gives NaN, as in PyTorch. Throws TypeError for a wrong
 * kind, RangeError for a wrong size or option.
 *
 * @example
 * silu(sc, [-1, 0, 2]); // -0.2689, 0, 1.7616
 */
export function silu<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.silu(y, x, n));
}

/**
 * x where x > 0, else alpha (exp(x) - 1), of each element. Throws TypeError for a wrong kind, RangeError for a wrong
 * size or option.
 *
 * @example
 * elu(sc, [-1, 0, 2]); // -0.6321, 0, 2
 */
export function elu<X extends TensorLike>(sc: Softcell, x: X, options?: EluOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n, a) => k.elu(y, x, n, a), ELU);
}

/**
 * x / (1 + |x|) of each element. An infinite one gives NaN, as in PyTorch. Throws TypeError for a wrong kind,
 * RangeError for a wrong size or option.
 *
 * @example
 * softsign(sc, [-1, 0, 2]); // -0.5, 0, 0.6667
 */
export function softsign<X extends TensorLike>(sc: Softcell, x: X, options?: ElementwiseOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, ELEMENTARY), x, options, (k, y, x, n) => k.softsign(y, x, n));
}
