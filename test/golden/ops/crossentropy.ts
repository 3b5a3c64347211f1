import type { Reduction } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import type { GoldenCase } from "../manifest.js";
import { classes, floats, input, ints, type Op, optional, product } from "./op.js";

export const crossEntropy: Op = {
  attrs: ["reduction", "ignore_index", "label_smoothing", "target"],
  run(sc, c) {
    const indices = c.attrs.target === "index";
    const reduction = c.attrs.reduction as Reduction;
    const dLoss = floats(c, "d_loss");
    const { loss, dlogits } = softcell.crossEntropy(
      sc,
      floats(c, "logits"),
      indices ? ints(c, "target") : floats(c, "target"),
      {
        ...classes(input(c, "logits")),
        weight: optional(c, "weight"),
        ...(indices && { ignoreIndex: Number(c.attrs.ignore_index) }),
        labelSmoothing: Number(c.attrs.label_smoothing),
        reduction,
        dLoss: reduction === "none" ? dLoss : dLoss[0],
      },
    );
    return { loss: typeof loss === "number" ? [loss] : loss, grad_logits: dlogits };
  },
  kept(c, output) {
    if (c.attrs.target !== "index") return output === "loss" ? () => withoutNothing(c) : undefined;
    if (output !== "grad_logits") return undefined;
    // the gradient of an ignored row, whatever its logits are
    const { shape } = input(c, "logits");
    const [, classes] = shape.length > 1 ? shape : [1, ...shape];
    const inner = product(shape.slice(2));
    const row = (element: number) => Math.floor(element / (classes * inner)) * inner + (element % inner);
    return (element) => (ints(c, "target")[row(element)] === Number(c.attrs.ignore_index) ? 0 : undefined);
  },
};

/** The loss of one row where a probability of 0 at a logit of -Infinity counts for nothing; undefined for other cases. */
function withoutNothing(c: GoldenCase): number | undefined {
  const [x, p] = [floats(c, "logits"), floats(c, "target")];
  const simple =
    !c.attrs.label_smoothing &&
    !c.inputs.weight &&
    input(c, "logits")
      .shape.slice(0, -1)
      .every((n) => n === 1);
  if (!simple || !x.some((v, i) => v === Number.NEGATIVE_INFINITY && p[i] === 0)) return undefined;
  const m = x.reduce((a, b) => Math.max(a, b));
  const lse = m + Math.log(x.reduce((sum, v) => sum + Math.exp(v - m), 0));
  return x.reduce((sum, v, i) => sum + (p[i] ? p[i] * (lse - v) : 0), 0);
}
