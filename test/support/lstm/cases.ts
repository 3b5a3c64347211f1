// Drawn LSTM layers with every option, for the oracle and for the layer.
import type { Lstm, LstmActivation, LstmOptions } from "../../../src/index.js";
import type * as oracle from "../oracle/lstm.js";
import { shapeOf } from "../oracle/lstm.js";
import type { Draw } from "../property.js";

/** What can be drawn beside the sizes. */
export const CHOICES = [
  "numLayers",
  "bidirectional",
  "reverse",
  "projSize",
  "peepholes",
  "clip",
  "inputForget",
  "activations",
] as const;
/** Dropout has no gradients by differences, and other masks for another batch. */
export type Choice = (typeof CHOICES)[number] | "dropout";

/** Values for a layer, and the gradients of its results. */
export interface Given {
  T: number;
  B: number;
  x: Float32Array;
  h0: Float32Array;
  c0: Float32Array;
  lengths?: Int32Array;
  /** [T][B], instead of lengths. */
  mask?: Uint8Array;
  dOutput: Float32Array;
  dhN: Float32Array;
  dcN: Float32Array;
}

/** A layer: its options without bias and peepholes, which `parameters` have or not. */
export interface Drawn {
  options: oracle.LstmOptions;
  parameters: Record<string, Float32Array>;
  given: Given;
  /** Between layers. */
  dropped: { dropout?: number; dropoutSeed?: number };
}

const BOUNDED = ["Tanh", "Sigmoid", "ScaledTanh", "HardSigmoid", "Softsign"];
const UNBOUNDED = ["Relu", "Affine", "LeakyRelu", "ThresholdedRelu", "Elu", "Softplus"];
const ALL = [...BOUNDED, ...UNBOUNDED];

/** Functions f g h; unbounded gates of an unbounded state would overflow. */
function drawFunctions(draw: Draw): oracle.Activation[] {
  const f = draw.pick(ALL);
  const others = UNBOUNDED.includes(f) ? BOUNDED : ALL;
  return [f, draw.pick(others), draw.pick(others)].map((name) => ({
    name,
    alpha: draw.pick([1, 0.25, 0.5]),
    beta: draw.pick([0.5, 0.75]),
  }));
}

/** The sizes of a layer and what it is given. */
export interface Most {
  T: number;
  B: number;
  I: number;
  H: number;
  layers: number;
  /** The least I and H. Default 1. */
  least?: number;
}

/** A clip may be just where an activation has a knot. */
function drawOptions(draw: Draw, choices: readonly Choice[], most: Most): oracle.LstmOptions {
  const chosen = (choice: Choice): boolean => choices.includes(choice) && draw.flag();
  const { least = 1 } = most;
  const [inputSize, hiddenSize] = [draw.size(most.I, least), draw.size(most.H, least)];
  const direction = chosen("bidirectional") ? "bidirectional" : chosen("reverse") ? "reverse" : "forward";
  return {
    inputSize,
    hiddenSize,
    direction,
    numLayers: chosen("numLayers") ? draw.size(most.layers, 1) : 1,
    ...(chosen("projSize") && hiddenSize > 1 && { projSize: draw.size(hiddenSize - 1, 1) }),
    ...(chosen("clip") && { clip: draw.pick([0.25, 0.5, 1, 3]) }),
    ...(chosen("inputForget") && { inputForget: true }),
    ...(chosen("activations") && {
      activations: Array.from({ length: direction === "bidirectional" ? 2 : 1 }, () => drawFunctions(draw)),
    }),
  };
}

/** PyTorch's initial weights, in +-1 / sqrt(H). */
function drawParameters(draw: Draw, options: oracle.LstmOptions, peepholes: boolean): Record<string, Float32Array> {
  const { H, P, layers } = shapeOf(options);
  const random = draw.random();
  const bias = draw.flag();
  const parameters: Record<string, Float32Array> = {};
  for (const { suffix, I } of layers.flat()) {
    const sizes: Record<string, number> = {
      weight_ih: 4 * H * I,
      weight_hh: 4 * H * P,
      ...(bias && { bias_ih: 4 * H, bias_hh: 4 * H }),
      ...(options.projSize && { weight_hr: P * H }),
      ...(peepholes && { weight_ch: 3 * H }),
    };
    for (const [name, n] of Object.entries(sizes)) {
      parameters[name + suffix] = random.floats(n, -1 / Math.sqrt(H), 1 / Math.sqrt(H));
    }
  }
  return parameters;
}

export function drawLstm(draw: Draw, choices: readonly Choice[], most: Most): Drawn {
  const options = drawOptions(draw, choices, most);
  const parameters = drawParameters(draw, options, choices.includes("peepholes") && draw.flag());
  const [T, B] = [draw.size(most.T, 1), draw.size(most.B, 1)];
  const { H, P, width, units } = shapeOf(options);
  const random = draw.random();
  const given: Given = {
    T,
    B,
    x: random.normals(T * B * options.inputSize),
    h0: random.normals(units * B * P),
    c0: random.normals(units * B * H),
    lengths: draw.flag() ? random.ints(B, T).map((n) => n + 1) : undefined,
    dOutput: random.normals(T * B * width),
    dhN: random.normals(units * B * P),
    dcN: random.normals(units * B * H),
  };
  const dropped = choices.includes("dropout") ? { dropout: draw.pick([0, 0.25, 0.5]), dropoutSeed: draw.size(9) } : {};
  return { options, parameters, given, dropped };
}

/** An activation as the layer names it. */
const named = ({ name, ...parameters }: oracle.Activation): LstmActivation =>
  ({ name: name[0].toLowerCase() + name.slice(1), ...parameters }) as LstmActivation;

/** The options as the layer has them. */
export function layerOptions({ options, parameters, dropped }: Omit<Drawn, "given">): LstmOptions {
  const has = (kind: string): boolean => Object.keys(parameters).some((name) => name.startsWith(kind));
  const activations = options.activations?.map(([f, g, h]) => ({ f: named(f), g: named(g), h: named(h) }));
  return { ...options, ...dropped, activations, bias: has("bias"), peepholes: has("weight_ch") };
}

/** Copies of everything that forward and backward give, and the gradients of the parameters by their names. */
export function run(lstm: Lstm, given: Given): Record<string, Float32Array> {
  const { T, B, x, h0, c0, lengths, mask, dOutput, dhN, dcN } = given;
  lstm.zeroGrad();
  const forward = lstm.forward(x, { batch: B, steps: T, h0, c0, lengths, mask });
  const copies: Record<string, Float32Array> = {};
  for (const [name, { data }] of Object.entries(forward)) copies[name] = data.slice();
  for (const [name, { data }] of Object.entries(lstm.backward(dOutput, { dhN, dcN }))) copies[name] = data.slice();
  for (const [name, { grad }] of Object.entries(lstm.params)) copies[name] = grad.slice();
  return copies;
}
