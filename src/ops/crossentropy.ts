import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { eachTile, tileBytes } from "./axis.js";
import { type Lost, loss } from "./loss.js";
import { REDUCTIONS, reductionOf, targetWeight } from "./reduction.js";
import { CLASS_KEYS, classRows, type NllOptions, targetsOf } from "./rowlosses.js";

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
  return loss(
    heap,
    {
      x: logits,
      shape: rows.shape,
      others: indices ? [weight] : [weight, targets],
      targets: indices ? targets : undefined,
      losses: rows.rows,
      divisor: reduction !== "mean" ? 1 : indices ? targetWeight(targets, weight, ignoreIndex) : rows.rows,
      none: reduction === "none",
      options,
      spare: (tileBytes(rows) / 4) * (indices ? 1 : 2),
    },
    (at, scale) => {
      const { crossEntropy, crossEntropyProbabilities } = heap.kernels;
      const [w, y] = at.others;
      let sum = 0;
      const each = at.dx ? "element" : "row";
      eachTile(heap, rows, at.spare, at.dx, each, at.x, indices ? 0 : y, "element", (to, x, p, n, first) => {
        const losses = at.loss ? at.loss + 4 * first : 0;
        const dx = at.dx ? to : 0;
        const t = at.targets + 4 * first;
        const d = at.dLoss ? at.dLoss + 4 * first : 0;
        const [l, z, s] = [labelSmoothing, zLoss, heap.rowScratch];
        sum = indices
          ? crossEntropy(losses, dx, x, t, w, d, n, cols, cols, cols, ignoreIndex, l, z, scale, sum, s)
          : crossEntropyProbabilities(losses, dx, x, p, w, d, n, cols, cols, cols, cols, l, z, scale, sum, s);
      });
      return sum;
    },
  );
}

function probabilities(heap: Heap, logits: Floats, targets: unknown): void {
  if (!(targets instanceof Float32Array) && !(typeof targets === "object" && targets && "pointer" in targets)) {
    throw new TypeError(`"targets" expected Int32Array, Float32Array or Tensor, got ${check.show(targets)}`);
  }
  floats(heap, "targets", targets, logits);
}
