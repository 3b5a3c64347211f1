// Losses of rows, which run along one axis of an array.
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, Tensor } from "../memory/tensor.js";
import { LOSS_KEYS, LossCall, type LossKernel, type LossOptions, type Lost, loss } from "./loss.js";
import { REDUCTIONS, reductionOf, targetWeight } from "./reduction.js";
import { alongAxis, type Rows, rowShape } from "./rows.js";

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
export interface NllOptions<X> extends LossOptions<X>, ClassOptions {
  /** A weight for each class. */
  weight?: Floats;
  /** Rows with this target count for nothing. Default -100. */
  ignoreIndex?: number;
}

/** Options of focal(). */
export interface FocalOptions<X> extends NllOptions<X> {
  /** How much less well classified rows count. Default 2. */
  gamma?: number;
}

/** Options of multiMargin(). */
export interface MultiMarginOptions<X> extends LossOptions<X>, ClassOptions {
  /** The power of each term. Default 1. */
  p?: 1 | 2;
  /** Default 1. */
  margin?: number;
  /** A weight for each class. */
  weight?: Floats;
}

/** Options of entropy(). */
export interface EntropyOptions<X> extends LossOptions<X>, ClassOptions {
  /** The axis of the classes. Default -1. */
  axis?: number;
}

/** Options of klDivergence(). */
export interface KlDivergenceOptions<X> extends Omit<EntropyOptions<X>, "reduction"> {
  /** What the target is: probabilities, or logits whose softmax they are. Default "probabilities". */
  target?: "probabilities" | "logits";
  /** "mean" divides by the number of elements, "batchMean" by the size of the first axis. Default "mean". */
  reduction?: KlReduction;
}

/** What becomes of the divergences of rows; see klDivergence(). */
export type KlReduction = "none" | "mean" | "sum" | "batchMean";

export const CLASS_KEYS = ["classes", "shape", "axis", ...LOSS_KEYS];

/** The usual axis of classes: PyTorch's, and the last. */
const SECOND = 1;
const LAST = Number.POSITIVE_INFINITY;

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
export function targetsOf(targets: Int32Array, { rows, cols }: Rows, ignoreIndex?: number): void {
  check.lengthOf("targets", check.int32Array("targets", targets), rows);
  check.indices("targets", targets, cols, ignoreIndex);
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

const TARGET_KEYS = [...CLASS_KEYS, "weight"];
const NLL_KEYS = [...TARGET_KEYS, "ignoreIndex"];
const FOCAL_KEYS = [...NLL_KEYS, "gamma"];
const MARGIN_KEYS = [...TARGET_KEYS, "p", "margin"];
const KL_KEYS = [...CLASS_KEYS, "target"];
const KL_REDUCTIONS = [...REDUCTIONS, "batchMean"] as const;

/** What losses of index targets have in common; `ignores` tells whether the loss knows ignoreIndex. */
function ofTargets(
  heap: Heap,
  name: string,
  x: Floats,
  targets: Int32Array,
  options: NllOptions<Floats>,
  ignores: boolean,
): LossCall {
  floats(heap, name, x);
  const { weight, ignoreIndex = -100 } = options;
  check.int32Array("targets", targets);
  const rows = classRows(name, x, options);
  check.integer("ignoreIndex", ignoreIndex, -(2 ** 31));
  const reduction = reductionOf(options, REDUCTIONS);
  targetsOf(targets, rows, ignores ? ignoreIndex : undefined);
  if (weight !== undefined) floats(heap, "weight", weight, rows.cols);
  const call = rowLoss(x, undefined, rows, reduction, options);
  call.weight = weight;
  call.targets = targets;
  call.ignoreIndex = ignoreIndex;
  if (ignores && reduction === "mean") call.divisor = targetWeight(targets, weight, ignoreIndex);
  return call;
}

const nllOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.nll(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.ignoreIndex, scale);
};

export function nll(heap: Heap, logProbs: Floats, targets: Int32Array, options: NllOptions<Floats> = {}): Lost {
  check.options("options", options, NLL_KEYS);
  return loss(heap, ofTargets(heap, "logProbs", logProbs, targets, options, true), nllOf);
}

const focalOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.focal(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.a, call.ignoreIndex, scale);
};

export function focal(heap: Heap, logits: Floats, targets: Int32Array, options: FocalOptions<Floats> = {}): Lost {
  check.options("options", options, FOCAL_KEYS);
  const { gamma = 2 } = options;
  check.number("gamma", gamma, 0, Number.MAX_VALUE);
  const call = ofTargets(heap, "logits", logits, targets, options, true);
  call.a = gamma;
  return loss(heap, call, focalOf);
}

const multiMarginOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.multiMargin(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.a, call.b, scale);
};

export function multiMargin(
  heap: Heap,
  x: Floats,
  targets: Int32Array,
  options: MultiMarginOptions<Floats> = {},
): Lost {
  check.options("options", options, MARGIN_KEYS);
  const { p = 1, margin = 1 } = options;
  check.number("margin", margin, -Number.MAX_VALUE, Number.MAX_VALUE);
  check.integer("p", p, 1, 2);
  const call = ofTargets(heap, "x", x, targets, options, false);
  call.a = p;
  call.b = margin;
  return loss(heap, call, multiMarginOf);
}

const entropyOf: LossKernel = ({ kernels }, { loss, dx, x, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.entropy(loss, dx, x, dLoss, rows, cols, inner, scale);
};

export function entropy(heap: Heap, logits: Floats, options: EntropyOptions<Floats> = {}): Lost {
  floats(heap, "logits", logits);
  check.options("options", options, CLASS_KEYS);
  const m = classRows("logits", logits, options, LAST);
  return loss(heap, rowLoss(logits, undefined, m, reductionOf(options, REDUCTIONS), options), entropyOf);
}

const klDivergenceOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.klDivergence(loss, dx, x, y, dLoss, rows, cols, inner, call.a, scale);
};

export function klDivergence(
  heap: Heap,
  logits: Floats,
  target: Floats,
  options: KlDivergenceOptions<Floats> = {},
): Lost {
  floats(heap, "logits", logits);
  floats(heap, "target", target, logits);
  check.options("options", options, KL_KEYS);
  const m = classRows("logits", logits, options, LAST);
  const { target: kind = "probabilities" } = options;
  check.oneOf("options.target", kind, ["probabilities", "logits"] as const);
  const reduction = reductionOf<KlReduction>(options, KL_REDUCTIONS);
  const call = rowLoss(logits, target, m, reduction, options);
  if (reduction === "mean") call.divisor = logits.length;
  else if (reduction === "batchMean") call.divisor = m.axis === 0 ? 1 : m.shape[0];
  call.a = kind === "logits" ? 1 : 0;
  return loss(heap, call, klDivergenceOf);
}
