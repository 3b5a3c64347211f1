import type { Reduction } from "../../../src/index.js";
import { floats, input, ints, NotSupported, type Op, optional, product } from "./op.js";

export const crossEntropy: Op = {
  attrs: ["reduction", "ignore_index", "label_smoothing", "target"],
  run(sc, c) {
    if (c.attrs.target !== "index") throw new NotSupported("probability targets");
    const { shape } = input(c, "logits");
    if (product(shape.slice(2)) !== 1) throw new NotSupported("class axis before the last");
    const reduction = c.attrs.reduction as Reduction;
    const dLoss = floats(c, "d_loss");
    const { loss, dlogits } = sc.crossEntropy(floats(c, "logits"), ints(c, "target"), {
      shape: shape.slice(0, 2),
      weight: optional(c, "weight"),
      ignoreIndex: Number(c.attrs.ignore_index),
      labelSmoothing: Number(c.attrs.label_smoothing),
      reduction,
      dLoss: reduction === "none" ? dLoss : dLoss[0],
    });
    return { loss: typeof loss === "number" ? [loss] : loss, grad_logits: dlogits };
  },
  // the gradient of an ignored row, whatever its logits are
  zeros(c, output) {
    if (output !== "grad_logits" || c.attrs.target !== "index") return undefined;
    const { shape } = input(c, "logits");
    const classes = shape[shape.length - 1];
    return (element) => ints(c, "target")[Math.floor(element / classes)] === Number(c.attrs.ignore_index);
  },
};
