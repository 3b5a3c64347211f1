import { ROW_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { floats, type TensorLike } from "../../memory/tensor.js";
import type { Rows } from "../rows.js";
import { CLASS_KEYS, classRows, LAST, rowLoss } from "./classes.js";
import type { EntropyOptions } from "./entropy.js";
import { type LossKernel, loss } from "./loss.js";
import { type LossResult, REDUCTIONS, reductionOf } from "./reduction.js";

/** Options of klDivergence(). */
export interface KlDivergenceOptions<X = TensorLike> extends Omit<EntropyOptions<X>, "reduction"> {
  /** What the target is: probabilities, or logits whose softmax they are. Default "probabilities". */
  target?: "probabilities" | "logits";
  /** "mean" divides by the number of elements, "batchMean" by the size of the first axis. Default "mean". */
  reduction?: KlReduction;
}

/** What becomes of the divergences of rows; see klDivergence(). */
export type KlReduction = "none" | "mean" | "sum" | "batchMean";

const KEYS = /* @__PURE__ */ CLASS_KEYS.concat("target");
const KL_REDUCTIONS = [...REDUCTIONS, "batchMean"] as const;

const klDivergenceOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.klDivergence(loss, dx, x, y, dLoss, rows, cols, inner, call.ofLogits, scale);
};

/**
 * Kullback-Leibler divergence sum p (log p - log q) for each row, q = softmax(logits), p the target as probabilities or
 * logits: torch.nn.functional.kl_div of log_softmax(logits), with the reductions of that: "mean" divides by the number of
 * elements, "batchMean" by the size of the first axis, or 1 where that has the classes. "none" gives a loss for each row. A
 * p of 0 counts for 0, also where q is 0. The classes are along the last axis, or `axis`. Throws TypeError for a wrong
 * kind, and RangeError for a wrong size or option.
 *
 * @example
 * const options = { target: "logits", reduction: "sum" } as const;
 * klDivergence(sc, [0, 0], [1, 0], options); // { loss: 0.1109, dlogits: [-0.2311, 0.2311] }
 */
export function klDivergence<X extends TensorLike, R extends KlReduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  target: TensorLike,
  options?: KlDivergenceOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ROW_LOSSES);
  const read = check.options("options", options, KEYS);
  const x = floats(heap, "logits", logits);
  const y = floats(heap, "target", target, x);
  const m = classRows("logits", x, read, LAST);
  const { target: kind = "probabilities" } = read;
  check.oneOf("options.target", kind, ["probabilities", "logits"] as const);
  const reduction = reductionOf<KlReduction>(read, KL_REDUCTIONS);
  const call = rowLoss(x, y, m, reduction, read);
  if (reduction === "mean") call.divisor = x.length;
  else if (reduction === "batchMean") call.divisor = m.axis === 0 ? 1 : m.shape[0];
  call.ofLogits = kind === "logits" ? 1 : 0;
  const lost = loss(heap, call, klDivergenceOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}
