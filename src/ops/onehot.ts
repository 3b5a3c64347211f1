import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { Integers } from "../memory/tensor.js";

/**
 * Rows with a 1 at each id and 0 elsewhere: a new array [ids.length][classes]. Throws TypeError for a wrong kind, and
 * RangeError for an id outside [0, classes).
 *
 * @example
 * oneHot(sc, [2, 0], 3); // 0, 0, 1, 1, 0, 0
 */
export function oneHot(sc: Softcell, ids: Integers, classes: number): Float32Array {
  heapOf(sc).alive();
  const places = check.integers("ids", ids);
  check.integer("classes", classes, 1);
  check.indices("ids", places, classes);
  const y = new Float32Array(places.length * classes);
  for (let i = 0; i < places.length; i++) y[i * classes + places[i]] = 1;
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
