import type { Floats, Lstm, LstmForwardOptions, Softcell } from "../../../src/index.js";
import type { GoldenCase } from "../reader.js";
import { floats, input, ints, NotSupported, type Op, optional } from "./op.js";

type Outputs = Record<string, ArrayLike<number>>;

interface Call {
  /** What follows the names of the parameters in the case: "_l0", or "" for a cell. */
  suffix: string;
  batchFirst: boolean;
  x: Floats;
  options: LstmForwardOptions;
  dOutput?: Float32Array;
  dhN: Float32Array;
  dcN: Float32Array;
  /** The names of output, hN and cN; an output that the case has not is not asked for. */
  names: [output: string, hN: string, cN: string];
}

function run(sc: Softcell, c: GoldenCase, call: Call): Outputs {
  const { suffix, batchFirst, x, options, names, dOutput, dhN, dcN } = call;
  const present = Object.keys(c.inputs).filter((name) => /^(weight|bias)_/.test(name));
  const [fourH, inputSize] = input(c, `weight_ih${suffix}`).shape;
  const bias = present.includes(`bias_ih${suffix}`);
  const attrs = c.attrs as { layers?: number; bidirectional?: boolean; proj?: number };
  const { layers: numLayers = 1, bidirectional = false, proj: projSize = 0 } = attrs;
  const lstm: Lstm = sc.lstm({
    inputSize,
    hiddenSize: fourH / 4,
    numLayers,
    bidirectional,
    projSize,
    bias,
    batchFirst,
  });
  const ours = (name: string): string => (suffix ? name : `${name}_l0`);
  lstm.loadStateDict(Object.fromEntries(present.map((name) => [ours(name), floats(c, name)])));
  const { output, hN, cN } = lstm.forward(x, { h0: optional(c, "h0"), c0: optional(c, "c0"), ...options });
  const outputs: Outputs = {
    [names[0]]: output.data.slice(),
    [names[1]]: hN.data.slice(),
    [names[2]]: cN.data.slice(),
  };
  const { dx, dh0, dc0 } = lstm.backward(dOutput, { dhN, dcN });
  Object.assign(outputs, { grad_x: dx.data.slice(), grad_h0: dh0.data.slice(), grad_c0: dc0.data.slice() });
  for (const name of present) outputs[`grad_${name}`] = lstm.params[ours(name)].grad.slice();
  lstm.dispose();
  return outputs;
}

export const lstmCell: Op = {
  attrs: ["N", "input", "hidden", "bias", "state", "unbatched", "gates"],
  run(sc, c) {
    if (c.attrs.gates !== "ifgo") throw new NotSupported(`gates ${c.attrs.gates}`);
    const batch = c.attrs.unbatched ? 1 : input(c, "x").shape[0];
    return run(sc, c, {
      suffix: "",
      batchFirst: false,
      x: floats(c, "x"),
      options: { batch, steps: 1 },
      dhN: floats(c, "d_h"),
      dcN: floats(c, "d_c"),
      names: ["output", "h", "c"],
    });
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
    const x = unbatched ? sc.tensor(shape, floats(c, "x")) : floats(c, "x");
    const lengths = packed ? ints(c, "lengths") : undefined;
    const outputs = run(sc, c, {
      suffix: "_l0",
      batchFirst,
      x,
      options: unbatched ? { lengths } : { batch, steps, lengths },
      dOutput: floats(c, "d_y"),
      dhN: floats(c, "d_h_n"),
      dcN: floats(c, "d_c_n"),
      names: ["y", "h_n", "c_n"],
    });
    if (!(x instanceof Float32Array)) x.dispose();
    return outputs;
  },
};
