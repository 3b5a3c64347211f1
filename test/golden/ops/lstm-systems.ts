// LSTM as ONNX and Keras have it: weights through src/convert/, the same layer.
import type { Lstm, LstmActivation, LstmActivations, StateEntry } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import type { GoldenCase } from "../manifest.js";
import { floats, input, ints, NotSupported, type Op, optional } from "./op.js";

/** The gradients of a layer as a state dict. */
function gradients(lstm: Lstm): Record<string, StateEntry> {
  return Object.fromEntries(
    Object.entries(lstm.params).map(([name, { grad, shape }]) => [name, { data: grad.slice(), shape }]),
  );
}

interface OnnxAttributes {
  direction: "forward" | "reverse" | "bidirectional";
  hidden: number;
  input_forget: number;
  layout: number;
  clip?: number;
  activations?: string[];
  /** alpha and beta by the name of the activation. */
  activation_ab?: Record<string, [number, number]>;
}

/** f, g and h of each direction. */
function activationsOf({ activations, activation_ab = {} }: OnnxAttributes): LstmActivations[] | undefined {
  if (!activations) return undefined;
  const named = activations.map((name) => {
    const [alpha, beta] = activation_ab[name] ?? [];
    return { name: name[0].toLowerCase() + name.slice(1), alpha, beta } as LstmActivation;
  });
  return Array.from({ length: named.length / 3 }, (_, d) => {
    const [f, g, h] = named.slice(3 * d);
    return { f, g, h };
  });
}

/** [T][B][D H] to [T][D][B][H]: what ONNX has as its Y. */
function toY(output: Float32Array, [, D, B, H]: readonly number[]): Float32Array {
  const y = new Float32Array(output.length);
  y.forEach((_, i) => {
    const [t, d, b, h] = [Math.floor(i / H / B / D), Math.floor(i / H / B) % D, Math.floor(i / H) % B, i % H];
    y[i] = output[((t * B + b) * D + d) * H + h];
  });
  return y;
}

/** The inverse of toY. */
function fromY(y: Float32Array, [T, D, B, H]: readonly number[]): Float32Array {
  return toY(y, [T, B, D, H]);
}

export const lstmOnnx: Op = {
  attrs: ["direction", "hidden", "input_forget", "gates", "layout", "clip", "activations", "activation_ab"],
  run(sc, c) {
    const attrs = c.attrs as unknown as OnnxAttributes;
    if (c.attrs.gates !== "iofc") throw new NotSupported(`gates ${c.attrs.gates}`);
    if (attrs.layout !== 0) throw new NotSupported("layout 1");
    const [T, B, inputSize] = input(c, "X").shape;
    const { direction, hidden: H } = attrs;
    const D = direction === "bidirectional" ? 2 : 1;
    const peepholes = c.inputs.P !== undefined;
    const lstm = softcell.lstm(sc, {
      inputSize,
      hiddenSize: H,
      direction,
      bias: c.inputs.B !== undefined,
      peepholes,
      clip: attrs.clip,
      inputForget: attrs.input_forget === 1,
      activations: activationsOf(attrs),
    });
    const tensor = (name: string) => ({ data: floats(c, name), shape: input(c, name).shape });
    const given = (name: string) => (c.inputs[name] ? tensor(name) : undefined);
    lstm.loadStateDict(
      softcell.fromOnnx({ W: tensor("W"), R: tensor("R"), B: given("B"), P: given("P") }, { direction }),
    );
    const lengths = c.inputs.lengths && ints(c, "lengths");
    const states = { h0: optional(c, "h0"), c0: optional(c, "c0") };
    const { output, hN, cN } = lstm.forward(floats(c, "X"), { batch: B, steps: T, lengths, ...states });
    const shape = [T, D, B, H];
    const outputs = { Y: toY(output.data, shape), Y_h: hN.data.slice(), Y_c: cN.data.slice() };
    const dOutput = fromY(floats(c, "d_Y"), shape);
    const { dx, dh0, dc0 } = lstm.backward(dOutput, { dhN: floats(c, "d_Y_h"), dcN: floats(c, "d_Y_c") });
    const results: Record<string, Float32Array> = {
      ...outputs,
      grad_X: dx.data.slice(),
      grad_h0: dh0.data.slice(),
      grad_c0: dc0.data.slice(),
    };
    for (const [name, entry] of Object.entries(softcell.toOnnx(gradients(lstm), { direction }))) {
      if (entry) results[`grad_${name}`] = entry.data;
    }
    lstm.dispose();
    return results;
  },
};

export const lstmKeras: Op = {
  attrs: ["hidden", "recurrent_activation", "go_backwards", "gates"],
  run(sc, c: GoldenCase) {
    const { hidden: H, recurrent_activation, go_backwards } = c.attrs as Record<string, never>;
    if (c.attrs.gates !== "ifco") throw new NotSupported(`gates ${c.attrs.gates}`);
    const hard = recurrent_activation === "hard_sigmoid";
    if (!hard && recurrent_activation !== "sigmoid") throw new NotSupported(`activation ${recurrent_activation}`);
    const { shape } = input(c, "x");
    const bias = c.inputs.bias !== undefined;
    const lstm = softcell.lstm(sc, {
      inputSize: shape[2],
      hiddenSize: H,
      bias,
      batchFirst: true,
      goBackwards: go_backwards,
      activations: { f: hard ? "hardSigmoid" : "sigmoid" },
    });
    const weights = { kernel: floats(c, "kernel"), recurrent_kernel: floats(c, "recurrent_kernel") };
    lstm.loadStateDict(softcell.fromKeras(bias ? { ...weights, bias: floats(c, "bias") } : weights));
    const states = { h0: optional(c, "h0"), c0: optional(c, "c0") };
    const { output, hN, cN } = lstm.forward(floats(c, "x"), { batch: shape[0], steps: shape[1], ...states });
    const outputs = { y: output.data.slice(), h: hN.data.slice(), c: cN.data.slice() };
    const { dx, dh0, dc0 } = lstm.backward(floats(c, "d_y"), { dhN: floats(c, "d_h"), dcN: floats(c, "d_c") });
    const results: Record<string, Float32Array> = {
      ...outputs,
      grad_x: dx.data.slice(),
      grad_h0: dh0.data.slice(),
      grad_c0: dc0.data.slice(),
    };
    // one of the two gradients of the biases is that of the one bias
    const own = gradients(lstm);
    if (bias) own.bias_hh_l0 = { data: new Float32Array(4 * H), shape: [4 * H] };
    for (const [name, entry] of Object.entries(softcell.toKeras(own))) if (entry) results[`grad_${name}`] = entry.data;
    lstm.dispose();
    return results;
  },
};
