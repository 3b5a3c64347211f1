import { bceWithLogits, mse, multiMargin, nll, type Reduction } from "../../../src/index.js";
import { classes, floats, input, ints, NotSupported, type Op, optional } from "./op.js";

export const losses: Op = {
  attrs: ["kind", "reduction", "ignore_index", "p", "margin"],
  run(sc, c): Record<string, ArrayLike<number>> {
    const { kind } = c.attrs;
    const reduction = c.attrs.reduction as Reduction;
    const upstream = floats(c, "d_loss");
    const common = { reduction, dLoss: reduction === "none" ? upstream : upstream[0], weight: optional(c, "weight") };
    const numbers = (loss: number | Float32Array) => (typeof loss === "number" ? [loss] : loss);
    if (kind === "nll") {
      const ignoreIndex = Number(c.attrs.ignore_index);
      const options = { ...common, ...classes(input(c, "logp")), ignoreIndex };
      const { loss, dlogProbs } = nll(sc, floats(c, "logp"), ints(c, "target"), options);
      return { loss: numbers(loss), grad_logp: dlogProbs };
    }
    const x = floats(c, "x");
    if (kind === "bce_logits") {
      const options = { ...common, shape: input(c, "x").shape, posWeight: optional(c, "pos_weight") };
      const { loss, dlogits } = bceWithLogits(sc, x, floats(c, "target"), options);
      return { loss: numbers(loss), grad_x: dlogits };
    }
    if (kind === "mse") {
      const { loss, dx } = mse(sc, x, floats(c, "target"), { reduction, dLoss: common.dLoss });
      return { loss: numbers(loss), grad_x: dx };
    }
    if (kind === "multi_margin") {
      const [p, margin] = [c.attrs.p as 1 | 2, Number(c.attrs.margin)];
      const options = { ...common, ...classes(input(c, "x")), p, margin };
      const { loss, dx } = multiMargin(sc, x, ints(c, "target"), options);
      return { loss: numbers(loss), grad_x: dx };
    }
    throw new NotSupported(String(kind));
  },
};
