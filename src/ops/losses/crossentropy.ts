import { kindOf } from "../../arrays.js";
import { LOG_SUM_EXP, TILES } from "../../backend/parts.js";
import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { type Floats, floats, type Integers, Tensor, type TensorLike } from "../../memory/tensor.js";
import { eachTile, tileBytes } from "../axis.js";
import type { Rows } from "../rows.js";
import { classRows, NLL_KEYS, type NllOptions, rowLoss, targetsOf } from "./classes.js";
import { type LossCall, type LossKernel, type LossPointers, loss } from "./loss.js";
import { type LossResult, REDUCTIONS, type Reduction, reductionOf, targetWeight } from "./reduction.js";

/** Options of crossEntropy(). */
export interface CrossEntropyOptions<X = TensorLike> extends NllOptions<X> {
  /** The share of the target that is spread over all classes, in [0, 1]. Default 0. */
  labelSmoothing?: number;
  /** How much of the square of log-sum-exp is added to the loss of a row, at least 0. Default 0. */
  zLoss?: number;
}

const KEYS = /* @__PURE__ */ NLL_KEYS.concat("labelSmoothing", "zLoss");

/**
 * Cross-entropy of logits (N, C, d...) or (C) and its gradient, in one pass, from log-sum-exp:
 * torch.nn.functional.cross_entropy. Targets are class indices (N, d...), an array of integers or one for one row, or
 * probabilities of the shape of the logits: a tensor, an array of floats, or a plain array as long as the logits. The
 * classes are along axis 1, as in PyTorch; `axis: -1` or `classes` for logits with the classes last. At most 3.5 ULP on rows
 * of normal numbers, 4 on the worst that are known, loss and gradient: a confident row keeps its digits. Against
 * probabilities, or with `labelSmoothing` or `zLoss`, the gradient is the difference of nearly equal numbers once a model
 * has learned: such rows are computed in float64, which takes 1.5 to 7 times as long as an index does.
 *
 * Rows with ignoreIndex have loss 0 and gradient 0, whatever their logits are. A mean over indices divides by the sum of
 * the weights of the targets that are not ignored, over probabilities by their number; over none it is NaN, or 0 with
 * `emptyReduction: "zero"`, and the gradient 0. `zLoss` adds zLoss (log-sum-exp)^2 to each row, times the weight of its
 * index target (Chowdhery et al. 2022). Throws TypeError for a wrong kind, and RangeError for a wrong size or option, for a
 * target outside [0, C), with its place and value, and for ignoreIndex with probabilities.
 *
 * @example
 * const { loss, dlogits } = crossEntropy(sc, [2, 0, -1, 0, 1, 0], [0, 2], { classes: 3 });
 * loss; // 0.8606
 * dlogits; // -0.0781, 0.0571, 0.021, 0.106, 0.2881, -0.394
 */
export function crossEntropy<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  targets: Integers | TensorLike,
  options: CrossEntropyOptions<X> & { reduction?: R; gradient?: G } = {},
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, LOG_SUM_EXP);
  const call = callOf(heap, floats(heap, "logits", logits), targets, options);
  const { inner } = call.rows as Rows;
  if (inner > 1) heap.use(TILES);
  const lost = loss(heap, call, inner === 1 ? together : tiled);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}

function callOf(heap: Heap, x: Floats, given: unknown, options: CrossEntropyOptions): LossCall {
  check.options("options", options, KEYS);
  const { ignoreIndex = -100, labelSmoothing = 0, zLoss = 0 } = options;
  const rows = classRows("logits", x, options);
  const y = isProbabilities(rows, given) ? floats(heap, "targets", given, x) : undefined;
  const targets = y ? undefined : check.integers("targets", given);
  check.integer("ignoreIndex", ignoreIndex, -(2 ** 31));
  check.number("labelSmoothing", labelSmoothing, 0, 1);
  check.number("zLoss", zLoss, 0, Number.MAX_VALUE);
  const reduction = reductionOf(options, REDUCTIONS);
  if (targets) targetsOf(targets, rows, ignoreIndex);
  else if (options.ignoreIndex !== undefined) {
    throw new RangeError(`"ignoreIndex" expected with class indices only, got ${ignoreIndex} with probabilities`);
  }
  const call = rowLoss(x, y, rows, reduction, options);
  call.weight = options.weight === undefined ? undefined : floats(heap, "weight", options.weight, rows.cols);
  call.targets = targets;
  if (targets && reduction === "mean") call.divisor = targetWeight(targets, call.weight, ignoreIndex);
  call.spare = (tileBytes(rows) / 4) * (targets ? 1 : 2);
  call.ignoreIndex = ignoreIndex;
  call.labelSmoothing = labelSmoothing;
  call.zLoss = zLoss;
  return call;
}

/** Whether targets are probabilities: by their kind, and those of a plain array by its length. */
function isProbabilities({ rows, cols }: Rows, targets: unknown): boolean {
  if (targets instanceof Tensor) return true;
  const kind = kindOf(targets);
  if (kind) return kind.startsWith("Float");
  return Array.isArray(targets) && targets.length === rows * cols && (cols > 1 || !targets.every(Number.isInteger));
}

/** Rows that lie together: all, or a tile. Returns sum and their losses. */
function ofRows(
  { kernels, rowScratch }: Heap,
  { loss, dx, x, y, weight, dLoss, targets }: LossPointers,
  { targets: indices, labelSmoothing, zLoss, ignoreIndex }: LossCall,
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
        labelSmoothing,
        zLoss,
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
        labelSmoothing,
        zLoss,
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
