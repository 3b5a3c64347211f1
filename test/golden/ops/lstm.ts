import type { Layer } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import { shaped } from "../../support/state.js";
import type { GoldenCase } from "../manifest.js";
import { floats, input, ints, NotSupported, type Op, optional } from "./op.js";

type Outputs = Record<string, ArrayLike<number>>;

/** The parameters of a case, and whether it has biases. */
function parametersOf(c: GoldenCase) {
  const names = Object.keys(c.inputs).filter((name) => /^(weight|bias)_/.test(name));
  const [fourH, inputSize] = input(c, names.find((name) => name.startsWith("weight_ih")) as string).shape;
  return {
    names,
    state: Object.fromEntries(names.map((name) => [name, floats(c, name)])),
    sizes: { inputSize, hiddenSize: fourH / 4, bias: names.some((name) => name.startsWith("bias_ih")) },
  };
}

const gradientsOf = ({ params }: Layer, names: readonly string[]): Outputs =>
  Object.fromEntries(names.map((name) => [`grad_${name}`, params[name].grad.slice()]));

export const lstmCell: Op = {
  attrs: ["N", "input", "hidden", "bias", "state", "unbatched", "gates"],
  run(sc, c) {
    if (c.attrs.gates !== "ifgo") throw new NotSupported(`gates ${c.attrs.gates}`);
    const { names, state, sizes } = parametersOf(c);
    const cell = softcell.lstmCell(sc, sizes);
    cell.loadStateDict(shaped(cell, state));
    const x = softcell.tensor(sc, input(c, "x").shape, floats(c, "x"));
    const step = cell.forward(x, { h: optional(c, "h0"), c: optional(c, "c0") });
    const { dx, dh, dc } = cell.backward(step, { dh: floats(c, "d_h"), dc: floats(c, "d_c") });
    const outputs: Outputs = {
      h: step.h.data.slice(),
      c: step.c.data.slice(),
      grad_x: dx.data.slice(),
      grad_h0: dh.data.slice(),
      grad_c0: dc.data.slice(),
      ...gradientsOf(cell, names),
    };
    for (const each of [x, step, cell]) each.dispose();
    return outputs;
  },
};

export const lstm: Op = {
  attrs: [
    "T",
    "N",
    "input",
    "hidden",
    "layers",
    "bidirectional",
    "bias",
    "proj",
    "batch_first",
    "state",
    "packed",
    "unbatched",
    "gates",
  ],
  run(sc, c) {
    const { gates, unbatched, packed, batch_first } = c.attrs;
    if (gates !== "ifgo") throw new NotSupported(`gates ${gates}`);
    const { shape } = input(c, "x");
    const batchFirst = batch_first === true && !unbatched;
    const [first, second] = shape;
    const [steps, batch] = unbatched ? [first, 1] : batchFirst ? [second, first] : [first, second];
    // one sequence without a batch axis is told by the shape of a tensor
    const x = unbatched ? softcell.tensor(sc, shape, floats(c, "x")) : floats(c, "x");
    const lengths = packed ? ints(c, "lengths") : undefined;
    const { names, state, sizes } = parametersOf(c);
    const attrs = c.attrs as { layers?: number; bidirectional?: boolean; proj?: number };
    const { layers: numLayers = 1, bidirectional = false, proj: projSize = 0 } = attrs;
    const layer = softcell.lstm(sc, { ...sizes, numLayers, bidirectional, projSize, batchFirst });
    layer.loadStateDict(shaped(layer, state));
    const given = { h0: optional(c, "h0"), c0: optional(c, "c0"), lengths };
    const { output, hN, cN } = layer.forward(x, unbatched ? given : { ...given, batch, steps });
    const outputs: Outputs = { y: output.data.slice(), h_n: hN.data.slice(), c_n: cN.data.slice() };
    const { dx, dh0, dc0 } = layer.backward(floats(c, "d_y"), { dhN: floats(c, "d_h_n"), dcN: floats(c, "d_c_n") });
    Object.assign(outputs, { grad_x: dx.data.slice(), grad_h0: dh0.data.slice(), grad_c0: dc0.data.slice() });
    Object.assign(outputs, gradientsOf(layer, names));
    layer.dispose();
    if (!(x instanceof Float32Array)) x.dispose();
    return outputs;
  },
};
