import { ROW_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import type { Integers, TensorLike } from "../../memory/tensor.js";
import type { Rows } from "../rows.js";
import { type ClassOptions, ofTargets, TARGET_KEYS } from "./classes.js";
import { type LossKernel, type LossOptions, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

/** Options of multiMargin(). */
export interface MultiMarginOptions<X = TensorLike> extends LossOptions<X>, ClassOptions {
  /** The power of each term. Default 1. */
  p?: 1 | 2;
  /** By how much the target has to be larger. Default 1. */
  margin?: number;
  /** A weight for each class. */
  weight?: TensorLike;
}

const KEYS = /* @__PURE__ */ TARGET_KEYS.concat("p", "margin");

const multiMarginOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.multiMargin(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.p, call.margin, scale);
};

/**
 * sum over c != t of weight[t] max(0, margin - x[t] + x[c])^p / C for each row of x (N, C, d...) or (C), t its target,
 * torch.nn.functional.multi_margin_loss. A mean divides by the number of rows. A NaN in a row makes its loss NaN, where
 * PyTorch passes it over. Throws TypeError for a wrong kind, and RangeError for a wrong size or option or a target outside
 * [0, C), with its place and value.
 *
 * @example
 * multiMargin(sc, [0.5, 0.25, -1], 0); // { loss: 0.25, dx: [-0.3333, 0.3333, 0] }
 */
export function multiMargin<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  x: X,
  targets: Integers,
  options?: MultiMarginOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dx", X, G> {
  const heap = heapOf(sc, ROW_LOSSES);
  const read = check.options("options", options, KEYS);
  const { p = 1, margin = 1 } = read;
  check.number("margin", margin, -Number.MAX_VALUE, Number.MAX_VALUE);
  check.integer("p", p, 1, 2);
  const call = ofTargets(heap, "x", x, targets, read, false);
  call.p = p;
  call.margin = margin;
  const lost = loss(heap, call, multiMarginOf);
  return { loss: lost.loss, dx: lost.gradient } as LossResult<R, "dx", X, G>;
}
