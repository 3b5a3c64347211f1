import * as check from "../check.js";
import { MEAN, NONE, SUM } from "../contract.js";
import { place, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import { refuseOverlap, rowShape, rowsOf } from "./rows.js";

export type Reduction = "none" | "mean" | "sum";
const REDUCTIONS = { none: NONE, mean: MEAN, sum: SUM };

export interface CrossEntropyOptions<X> {
  /** Number of classes where logits are a flat array of several rows. Default: the last of the shape, or one row. */
  classes?: number;
  /** The shape of the logits, classes last; a tensor has one. */
  shape?: readonly number[];
  /** A weight for each class. */
  weight?: Floats;
  /** Rows with this target count for nothing. Default -100. */
  ignoreIndex?: number;
  /** In [0, 1]. Default 0. */
  labelSmoothing?: number;
  /** Default "mean": divided by the sum of the weights of the targets that are not ignored. */
  reduction?: Reduction;
  /** The gradient of what follows with respect to the loss: a number, or one for each row with "none". Default 1. */
  dLoss?: number | Floats;
  /** false: only the loss. Default true. */
  gradient?: boolean;
  /** Where the gradient goes; may be the logits. Default: a new tensor or array, as logits are. */
  out?: X;
}

const KEYS = ["classes", "shape", "weight", "ignoreIndex", "labelSmoothing", "reduction", "dLoss", "gradient", "out"];

export interface CrossEntropyResult<X, R extends Reduction = Reduction> {
  /** A number, or a new array with the loss of each row for reduction "none". */
  loss: R extends "none" ? Float32Array : R extends "mean" | "sum" ? number : number | Float32Array;
  /** The gradient with respect to the logits; undefined with `gradient: false`. */
  dlogits: X;
}

export function crossEntropy(
  heap: Heap,
  logits: Floats,
  targets: Int32Array,
  options: CrossEntropyOptions<Floats> = {},
): CrossEntropyResult<Floats | undefined> {
  floats(heap, "logits", logits);
  check.int32Array("targets", targets);
  check.options("options", options, KEYS);
  const { shape, classes, weight, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean", out } = options;
  const full = rowShape("logits", logits, "classes", classes, shape);
  const [rows, cols, n] = [rowsOf(full), full[full.length - 1], logits.length];
  if (cols === 0) throw new RangeError(`"classes" expected at least 1, got 0`);
  check.lengthOf("targets", targets, rows);
  check.integer("ignoreIndex", ignoreIndex, -(2 ** 31));
  check.number("labelSmoothing", labelSmoothing, 0, 1);
  const mode = REDUCTIONS[check.oneOf("reduction", reduction, ["none", "mean", "sum"] as const)];
  const gradient = options.gradient === undefined || check.boolean("gradient", options.gradient);
  check.indices("targets", targets, cols, ignoreIndex);
  if (weight !== undefined) floats(heap, "weight", weight, cols);
  if (out !== undefined) floats(heap, "out", out, n);
  const dLoss = upstream(heap, options.dLoss, mode === NONE ? rows : 1);

  const [x, w, d, y] = [logits, weight, dLoss, out].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
  refuseOverlap(y, n, x, n);
  // not even the same array: these are read again for later rows
  if (weight !== undefined) refuseOverlap(y, n + 1, w, cols);
  if (dLoss !== undefined) refuseOverlap(y, n + 1, d, dLoss.length);
  const classesOf = heap.stable(targets);
  const lossLength = mode === NONE ? rows : 1;
  // a foreign array is worked on in place in the scratch
  const sizes = { logits: n, loss: lossLength, targets: rows, weight: cols, dLoss: rows };
  const at = place(heap.scratch(4 * total(sizes)), sizes);
  const owned = gradient && out === undefined && logits instanceof Tensor ? new Tensor(heap, full) : out;
  const from = locate(heap, logits, x, at.logits);
  const to = owned instanceof Tensor ? owned.pointer : y >= 0 ? y : at.logits;
  heap.i32.set(classesOf, at.targets >>> 2);
  const weightPointer = weight === undefined ? 0 : locate(heap, weight, w, at.weight);
  const dLossPointer = dLoss === undefined ? 0 : locate(heap, dLoss, d, at.dLoss);
  heap.kernels.crossEntropy(
    at.loss,
    gradient ? to : 0,
    from,
    at.targets,
    weightPointer,
    dLossPointer,
    rows,
    cols,
    cols,
    cols,
    ignoreIndex,
    labelSmoothing,
    mode,
    heap.rowScratch,
  );
  const losses = heap.f32.slice(at.loss >>> 2, (at.loss >>> 2) + lossLength);
  const loss = mode === NONE ? losses : losses[0];
  if (!gradient) return { loss, dlogits: undefined };
  const dlogits = owned ?? new Float32Array(n);
  if (to === at.logits) (dlogits as Float32Array).set(heap.f32.subarray(to >>> 2, (to >>> 2) + n));
  return { loss, dlogits };
}

function upstream(heap: Heap, dLoss: number | Floats | undefined, length: number): Floats | undefined {
  if (dLoss === undefined) return undefined;
  if (typeof dLoss !== "number") return floats(heap, "dLoss", dLoss, length);
  return new Float32Array(length).fill(dLoss);
}
