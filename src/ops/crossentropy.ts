import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { eachTile, tileBytes } from "./axis.js";
import { type LossCall, type LossKernel, type LossPointers, type Lost, loss } from "./loss.js";
import { REDUCTIONS, reductionOf, targetWeight } from "./reduction.js";
import { CLASS_KEYS, classRows, type NllOptions, rowLoss, targetsOf } from "./rowlosses.js";
import type { Rows } from "./rows.js";

/** Options of crossEntropy(). */
export interface CrossEntropyOptions<X> extends NllOptions<X> {
  /** The share of the target that is spread over all classes, in [0, 1]. Default 0. */
  labelSmoothing?: number;
  /** How much of the square of log-sum-exp is added to the loss of a row, at least 0. Default 0. */
  zLoss?: number;
}

const KEYS = [...CLASS_KEYS, "weight", "ignoreIndex", "labelSmoothing", "zLoss"];

/** `targets` are class indices, or probabilities of the shape of the logits. */
export function crossEntropy(
  heap: Heap,
  logits: Floats,
  targets: Int32Array | Floats,
  options: CrossEntropyOptions<Floats> = {},
): Lost {
  floats(heap, "logits", logits);
  const indices = targets instanceof Int32Array;
  if (!indices) probabilities(heap, logits, targets);
  check.options("options", options, KEYS);
  const { weight, ignoreIndex = -100, labelSmoothing = 0, zLoss = 0 } = options;
  const rows = classRows("logits", logits, options);
  const { cols } = rows;
  check.integer("ignoreIndex", ignoreIndex, -(2 ** 31));
  check.number("labelSmoothing", labelSmoothing, 0, 1);
  check.number("zLoss", zLoss, 0, Number.MAX_VALUE);
  const reduction = reductionOf(options, REDUCTIONS);
  if (indices) targetsOf(targets, rows, ignoreIndex);
  else if (options.ignoreIndex !== undefined) {
    throw new RangeError(`"ignoreIndex" expected with class indices only, got ${ignoreIndex} with probabilities`);
  }
  if (weight !== undefined) floats(heap, "weight", weight, cols);
  const call = rowLoss(logits, indices ? undefined : targets, rows, reduction, options);
  call.weight = weight;
  if (indices) call.targets = targets;
  if (indices && reduction === "mean") call.divisor = targetWeight(targets, weight, ignoreIndex);
  call.spare = (tileBytes(rows) / 4) * (indices ? 1 : 2);
  call.ignoreIndex = ignoreIndex;
  call.a = labelSmoothing;
  call.b = zLoss;
  return loss(heap, call, rows.inner === 1 ? together : tiled);
}

/** Rows that lie together: all, or a tile. Returns sum and their losses. */
function ofRows(
  { kernels, rowScratch }: Heap,
  { loss, dx, x, y, weight, dLoss, targets }: LossPointers,
  { targets: indices, a, b, ignoreIndex }: LossCall,
  rows: number,
  cols: number,
  scale: number,
  sum: number,
): number {
  return indices
    ? kernels.crossEntropy(
        loss,
        dx,
        x,
        targets,
        weight,
        dLoss,
        rows,
        cols,
        cols,
        cols,
        ignoreIndex,
        a,
        b,
        scale,
        sum,
        rowScratch,
      )
    : kernels.crossEntropyProbabilities(
        loss,
        dx,
        x,
        y,
        weight,
        dLoss,
        rows,
        cols,
        cols,
        cols,
        cols,
        a,
        b,
        scale,
        sum,
        rowScratch,
      );
}

const together: LossKernel = (heap, at, call, scale) => {
  const { rows, cols } = call.rows as Rows;
  return ofRows(heap, at, call, rows, cols, scale, 0);
};

const tiled: LossKernel = (heap, at, call, scale) => {
  const m = call.rows as Rows;
  const { loss, dx, dLoss } = at;
  let sum = 0;
  eachTile(heap, m, at.spare, dx, dx ? "element" : "row", at.x, at.y, "element", (to, x, y, rows, first) => {
    const behind = (pointer: number) => (pointer ? pointer + 4 * first : 0);
    const targets = at.targets + 4 * first;
    const tile = { ...at, loss: behind(loss), dx: dx ? to : 0, x, y, dLoss: behind(dLoss), targets };
    sum = ofRows(heap, tile, call, rows, m.cols, scale, sum);
  });
  return sum;
};

function probabilities(heap: Heap, logits: Floats, targets: unknown): void {
  if (!(targets instanceof Float32Array) && !(typeof targets === "object" && targets && "pointer" in targets)) {
    throw new TypeError(`"targets" expected Int32Array, Float32Array or Tensor, got ${check.show(targets)}`);
  }
  floats(heap, "targets", targets, logits);
}
