import type { Softcell } from "../../../src/full.js";
import type { GoldenCase } from "../manifest.js";
import { floats, input, NotSupported, type Op, optional } from "./op.js";

/** y, and grad_x by its backward. */
type Call = (sc: Softcell, x: Float32Array, dy: Float32Array, attr: (name: string) => number) => Float32Array[];

const hardSigmoid: Call = (sc, x, dy, attr) => {
  const options = { alpha: attr("alpha"), beta: attr("beta") };
  return [sc.hardSigmoid(x, options), sc.hardSigmoidBackward(dy, x, options)];
};

const KINDS: Record<string, Call> = {
  sigmoid: (sc, x, dy) => {
    const y = sc.sigmoid(x);
    return [y, sc.sigmoidBackward(dy, y)];
  },
  tanh: (sc, x, dy) => {
    const y = sc.tanh(x);
    return [y, sc.tanhBackward(dy, y)];
  },
  relu: (sc, x, dy) => {
    const y = sc.relu(x);
    return [y, sc.reluBackward(dy, y)];
  },
  leaky_relu: (sc, x, dy, attr) => {
    const options = { negativeSlope: attr("slope") };
    return [sc.leakyRelu(x, options), sc.leakyReluBackward(dy, x, options)];
  },
  elu: (sc, x, dy, attr) => {
    const options = { alpha: attr("alpha") };
    return [sc.elu(x, options), sc.eluBackward(dy, x, options)];
  },
  hardsigmoid: (sc, x, dy) => [sc.hardSigmoid(x), sc.hardSigmoidBackward(dy, x)],
  hardsigmoid_onnx: hardSigmoid,
  softplus: (sc, x, dy) => [sc.softplus(x), sc.softplusBackward(dy, x)],
  softsign: (sc, x, dy) => [sc.softsign(x), sc.softsignBackward(dy, x)],
  silu: (sc, x, dy) => [sc.silu(x), sc.siluBackward(dy, x)],
};

function prelu(sc: Softcell, c: GoldenCase) {
  const [x, dy, weight] = [floats(c, "x"), floats(c, "d_y"), floats(c, "weight")];
  const options = { shape: input(c, "x").shape };
  const { dx, dweight } = sc.preluBackward(dy, x, weight, options);
  return { y: sc.prelu(x, weight, options), grad_x: dx, grad_weight: dweight };
}

export const activations: Op = {
  attrs: ["kind", "slope", "alpha", "beta"],
  run(sc, c) {
    const kind = String(c.attrs.kind);
    if (kind === "prelu") return prelu(sc, c);
    const call = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (!call) throw new NotSupported(kind);
    const x = floats(c, "x");
    // a case without a gradient has no d_y
    const dy = optional(c, "d_y") ?? new Float32Array(x.length);
    const [y, dx] = call(sc, x, dy, (name) => Number(c.attrs[name]));
    return { y, grad_x: dx };
  },
};
