// What the losses of rows share: how the classes lie, and the targets.
import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { exact, type Floats, floats, type Integers, Tensor, type TensorLike } from "../../memory/tensor.js";
import { alongAxis, type Rows, rowShape } from "../rows.js";
import { LOSS_KEYS, LossCall, type LossOptions } from "./loss.js";
import { REDUCTIONS, reductionOf, targetWeight } from "./reduction.js";

/** How the classes of an array lie. */
export interface ClassOptions {
  /**
   * Number of classes where the array is flat and holds several rows. Of a tensor of several axes it is the size of
   * `axis`, or of the last one.
   */
  classes?: number;
  /** The shape; a tensor has one. Default: one row. */
  shape?: readonly number[];
  /** The axis of the classes. Default 1, and 0 where there is one axis, as in PyTorch. */
  axis?: number;
}

/** Options of nll(). */
export interface NllOptions<X = TensorLike> extends LossOptions<X>, ClassOptions {
  /** A weight for each class. */
  weight?: TensorLike;
  /** Rows with this target count for nothing. Default -100. */
  ignoreIndex?: number;
}

export const CLASS_KEYS = ["classes", "shape", "axis", ...LOSS_KEYS];

/** The usual axis of classes: PyTorch's, and the last. */
const SECOND = 1;
export const LAST = Number.POSITIVE_INFINITY;

/**
 * The rows along the axis of the classes. Checks `classes`, `shape` and `axis`; `usual` is the axis where none is
 * given: PyTorch's, or the last. `classes` without a shape or an axis are those of the last one.
 */
export function classRows(
  name: string,
  x: Floats,
  { classes, shape: given, axis }: ClassOptions,
  usual = SECOND,
): Rows {
  // the classes of a shape, and of a tensor with several axes, are those of the axis
  const flat = given === undefined && !(x instanceof Tensor && x.shape.length > 1);
  const shape = rowShape(name, x, "classes", flat ? classes : undefined, given);
  const last = given === undefined && classes !== undefined ? LAST : usual;
  const rows = alongAxis(shape, axis === undefined ? Math.min(last, shape.length - 1) : axis);
  if (classes !== undefined && check.integer("classes", classes, 0) !== rows.cols) {
    throw new RangeError(`"classes" expected ${rows.cols}, axis ${rows.axis} of [${shape}], got ${classes}`);
  }
  if (rows.cols === 0) throw new RangeError(`"classes" expected at least 1, got 0`);
  return rows;
}

/** Checks class indices against rows. */
export function targetsOf(targets: Int32Array, { rows, cols }: Rows, ignoreIndex?: number): Int32Array {
  check.lengthOf("targets", targets, rows);
  return check.indices("targets", targets, cols, ignoreIndex);
}

/** LossCall for checked rows. */
export function rowLoss(
  x: Floats,
  y: Floats | undefined,
  m: Rows,
  reduction: string,
  options: LossCall["options"],
): LossCall {
  const call = new LossCall(x, y, m.shape, m.rows, reduction, options);
  call.rows = m;
  return call;
}

/** A weight for each class. */
export function weightOf(heap: Heap, given: TensorLike | undefined, classes: number): Floats | undefined {
  return given === undefined ? undefined : exact(heap, floats(heap, "weight", given, classes));
}

export const TARGET_KEYS = /* @__PURE__ */ CLASS_KEYS.concat("weight");
export const NLL_KEYS = /* @__PURE__ */ TARGET_KEYS.concat("ignoreIndex");

/** What losses of index targets have in common, of options that have been read; `ignores` tells whether the loss knows ignoreIndex. */
export function ofTargets(
  heap: Heap,
  name: string,
  given: TensorLike,
  indices: Integers,
  options: NllOptions,
  ignores: boolean,
): LossCall {
  const x = floats(heap, name, given);
  const { ignoreIndex = -100 } = options;
  const targets = check.integers("targets", indices);
  const rows = classRows(name, x, options);
  check.integer("ignoreIndex", ignoreIndex, -(2 ** 31));
  const reduction = reductionOf(options, REDUCTIONS);
  targetsOf(targets, rows, ignores ? ignoreIndex : undefined);
  const weight = weightOf(heap, options.weight, rows.cols);
  const call = rowLoss(x, undefined, rows, reduction, options);
  call.weight = weight;
  call.targets = targets;
  call.ignoreIndex = ignoreIndex;
  if (ignores && reduction === "mean") call.divisor = targetWeight(targets, weight, ignoreIndex);
  return call;
}
