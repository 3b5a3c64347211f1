import * as check from "../check.js";

export function oneHot(ids: Int32Array, classes: number): Float32Array {
  check.int32Array("ids", ids);
  check.integer("classes", classes, 1);
  check.indices("ids", ids, classes);
  const y = new Float32Array(ids.length * classes);
  for (let i = 0; i < ids.length; i++) y[i * classes + ids[i]] = 1;
  return y;
}

const E_SQUARED = 7.38905609893065;

/**
 * The largest probability that softmax can give where tanh has bounded its inputs to [-1, 1]: one of them 1, all others
 * -1, exp(1) / (exp(1) + (classes - 1) exp(-1)) = e^2 / (e^2 + classes - 1). It is 0.711 for four classes and 0.069 for
 * a hundred: a network that ends so can never be sure, its cross-entropy never falls below -log of this, and on a
 * target that is met its gradient never vanishes. Divide by a temperature, or leave tanh out. Throws RangeError for
 * less than one class.
 *
 * @example
 * maxSoftmaxConfidence(4); // 0.7112
 */
export function maxSoftmaxConfidence(classes: number): number {
  check.integer("classes", classes, 1);
  return E_SQUARED / (E_SQUARED + classes - 1);
}
