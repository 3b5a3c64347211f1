import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { Integers } from "../memory/tensor.js";

/** Options of oneHot(). */
export interface OneHotOptions {
  /** The shape of the ids. Default: one axis. */
  shape?: readonly number[];
  /** Where the axis of the classes stands in the shape of the result; a negative one counts from the end. Default -1, the last. */
  axis?: number;
  /** What stands where no id is, and where one is. Default [0, 1]. */
  values?: readonly [off: number, on: number];
  /** Whether ids from -classes to -1 count from the end. Default false: they are refused. */
  negativeIds?: boolean;
}

/**
 * A 1 at each id and 0 elsewhere, or other `values`: a new array of the shape of the ids with the classes behind it, or at
 * `axis`. torch.nn.functional.one_hot, ONNX's OneHot. Throws TypeError for a wrong kind, and RangeError for an id outside
 * [0, classes), or outside [-classes, classes) with `negativeIds`, with its place.
 *
 * @example
 * oneHot(sc, [2, 0], 3); // 0, 0, 1, 1, 0, 0
 * oneHot(sc, [-1, 0], 3, { negativeIds: true, axis: 0, values: [5, 7] }); // 5, 7, 5, 5, 7, 5
 */
export function oneHot(sc: Softcell, ids: Integers, classes: number, options: OneHotOptions = {}): Float32Array {
  heapOf(sc).alive();
  check.options("options", options, ["shape", "axis", "values", "negativeIds"]);
  const places = check.integers("ids", ids);
  check.integer("classes", classes, 1);
  const { axis = -1, values = [0, 1], negativeIds = false } = options;
  const shape = options.shape === undefined ? [places.length] : check.shapeOf("shape", options.shape);
  check.lengthOf("ids", places, check.product(shape));
  const axes = shape.length + 1;
  const at = check.integer("axis", axis, -axes, axes - 1) + (axis < 0 ? axes : 0);
  const [off, on] = check.lengthOf("values", check.numbers("values", values), 2);
  if (check.boolean("negativeIds", negativeIds)) {
    for (let i = 0; i < places.length; i++) if (places[i] < 0 && places[i] >= -classes) places[i] += classes;
  }
  check.indices("ids", places, classes);
  const inner = check.product(shape.slice(at));
  const y = new Float32Array(places.length * classes).fill(off);
  for (let i = 0; i < places.length; i++) y[(i - (i % inner)) * classes + places[i] * inner + (i % inner)] = on;
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
