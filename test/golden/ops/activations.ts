import type { Softcell } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import type { GoldenCase } from "../manifest.js";
import { classes, floats, input, NotSupported, type Op, optional } from "./op.js";

/** y, and grad_x by its backward. */
type Call = (sc: Softcell, x: Float32Array, dy: Float32Array, attr: (name: string) => number) => Float32Array[];

const hardSigmoid: Call = (sc, x, dy, attr) => {
  const options = { alpha: attr("alpha"), beta: attr("beta") };
  return [softcell.hardSigmoid(sc, x, options), softcell.hardSigmoidBackward(sc, dy, { x, ...options })];
};

const KINDS: Record<string, Call> = {
  sigmoid: (sc, x, dy) => {
    const y = softcell.sigmoid(sc, x);
    return [y, softcell.sigmoidBackward(sc, dy, { y })];
  },
  tanh: (sc, x, dy) => {
    const y = softcell.tanh(sc, x);
    return [y, softcell.tanhBackward(sc, dy, { y })];
  },
  relu: (sc, x, dy) => {
    const y = softcell.relu(sc, x);
    return [y, softcell.reluBackward(sc, dy, { y })];
  },
  leaky_relu: (sc, x, dy, attr) => {
    const options = { negativeSlope: attr("slope") };
    return [softcell.leakyRelu(sc, x, options), softcell.leakyReluBackward(sc, dy, { x, ...options })];
  },
  elu: (sc, x, dy, attr) => {
    const options = { alpha: attr("alpha") };
    return [softcell.elu(sc, x, options), softcell.eluBackward(sc, dy, { x, ...options })];
  },
  hardsigmoid: (sc, x, dy) => [softcell.hardSigmoid(sc, x), softcell.hardSigmoidBackward(sc, dy, { x })],
  hardsigmoid_onnx: hardSigmoid,
  softplus: (sc, x, dy) => [softcell.softplus(sc, x), softcell.softplusBackward(sc, dy, { x })],
  softsign: (sc, x, dy) => [softcell.softsign(sc, x), softcell.softsignBackward(sc, dy, { x })],
  silu: (sc, x, dy) => [softcell.silu(sc, x), softcell.siluBackward(sc, dy, { x })],
};

function prelu(sc: Softcell, c: GoldenCase) {
  const [x, dy, weight] = [floats(c, "x"), floats(c, "d_y"), floats(c, "weight")];
  const options = classes(input(c, "x"));
  const { dx, dweight } = softcell.preluBackward(sc, dy, { x, weight, ...options });
  return { y: softcell.prelu(sc, x, weight, options), grad_x: dx, grad_weight: dweight };
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
