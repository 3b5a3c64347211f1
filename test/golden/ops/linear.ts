import * as softcell from "../../../src/index.js";
import { shaped } from "../../support/state.js";
import { floats, input, type Op } from "./op.js";

export const linear: Op = {
  attrs: ["bias"],
  run(sc, c) {
    const [outFeatures, inFeatures] = input(c, "weight").shape;
    const bias = c.attrs.bias === true;
    const layer = softcell.linear(sc, { inFeatures, outFeatures, bias });
    const weights = { weight: floats(c, "weight"), ...(bias && { bias: floats(c, "bias") }) };
    layer.loadStateDict(shaped(layer, weights));
    const y = layer.forward(floats(c, "x")).data.slice();
    const dx = layer.backward(floats(c, "d_y")).data.slice();
    const { weight, bias: b } = layer.params;
    const outputs = { y, grad_x: dx, grad_weight: weight.grad.slice() };
    const result = bias ? { ...outputs, grad_bias: b.grad.slice() } : outputs;
    layer.dispose();
    return result;
  },
};
