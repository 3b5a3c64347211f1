// Round trips of weights through the layouts of other systems, in every bit.
import { expect } from "vitest";
import type { StateDict, StateEntry } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { bits } from "../support/instance.js";
import { type Draw, holds } from "../support/property.js";

interface Sizes {
  D: number;
  I: number;
  H: number;
}

type Entries = Record<string, StateEntry>;
type Shapes = Record<string, readonly number[]>;

const { fromKeras, fromOnnx, fromOpenVino, fromTensorFlow1, toKeras, toOnnx, toOpenVino, toTensorFlow1 } = softcell;

function drawEntries(draw: Draw, shapes: Shapes): Entries {
  const entries = Object.entries(shapes).map(([name, shape]) => [
    name,
    { data: draw.values(shape.reduce((a, b) => a * b)), shape },
  ]);
  return Object.fromEntries(entries);
}

const drawSizes = (draw: Draw): Sizes => ({ D: draw.size(2, 1), I: draw.size(9, 1), H: draw.size(9, 1) });

/** One layer of a state dict. */
function drawState(draw: Draw, { D, I, H }: Sizes, layer: number, ...more: ("biases" | "peepholes")[]): Entries {
  const biases = { bias_ih: [4 * H], bias_hh: [4 * H] };
  const shapes: Shapes = {
    weight_ih: [4 * H, I],
    weight_hh: [4 * H, H],
    ...(more.includes("biases") && biases),
    ...(more.includes("peepholes") && { weight_ch: [3 * H] }),
  };
  const ends = ["", "_reverse"].slice(0, D).map((end) => `_l${layer}${end}`);
  return drawEntries(
    draw,
    Object.fromEntries(ends.flatMap((end) => Object.entries(shapes).map(([name, shape]) => [name + end, shape]))),
  );
}

const bare = (entries: Entries): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(entries).map(([name, { data }]) => [name, data]));

function expectSame(got: object, want: Entries): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
  for (const [name, { data, shape }] of Object.entries(got as Entries)) {
    expect(shape, name).toEqual(want[name].shape);
    expect(bits(data), name).toEqual(bits(want[name].data));
    expect(data, name).not.toBe(want[name].data);
  }
}

holds("from ONNX and back", (draw) => {
  const { D, I, H } = drawSizes(draw);
  const [biases, peepholes] = [draw.flag(), draw.flag()];
  const given = drawEntries(draw, {
    W: [D, 4 * H, I],
    R: [D, 4 * H, H],
    ...(biases && { B: [D, 8 * H] }),
    ...(peepholes && { P: [D, 3 * H] }),
  });
  const layer = draw.size(3);
  const direction = draw.pick(D === 2 ? (["bidirectional"] as const) : (["forward", "reverse"] as const));
  const weights = draw.flag() ? given : bare(given);
  const state = fromOnnx(weights as never, { layer, direction });
  expectSame(toOnnx(state, { layer }), given);
  expectSame(toOnnx(bare(state), { layer, direction }), given);
});

holds("to ONNX and back", (draw) => {
  const [sizes, layer] = [drawSizes(draw), draw.size(3)];
  const more = draw.pick([[], ["biases"], ["peepholes"], ["biases", "peepholes"]] as const);
  const state = drawState(draw, sizes, layer, ...more);
  expectSame(fromOnnx(toOnnx(state, { layer }), { layer }), state);
});

holds("from Keras and back", (draw) => {
  const { I, H } = drawSizes(draw);
  const shapes = { kernel: [I, 4 * H], recurrent_kernel: [H, 4 * H], ...(draw.flag() && { bias: [4 * H] }) };
  const given = drawEntries(draw, shapes);
  const options = { layer: draw.size(3), direction: draw.pick(["forward", "reverse"] as const) };
  expectSame(toKeras(fromKeras((draw.flag() ? given : bare(given)) as never, options), options), given);
});

holds("from TensorFlow 1 and back", (draw) => {
  const { I, H } = drawSizes(draw);
  const given = drawEntries(draw, { kernel: [I + H, 4 * H], bias: [4 * H] });
  const forgetBias = draw.factor();
  const options = { layer: draw.size(3), direction: draw.pick(["forward", "reverse"] as const), forgetBias };
  expectSame(toTensorFlow1(fromTensorFlow1((draw.flag() ? given : bare(given)) as never, options), options), given);
});

holds("from OpenVINO and back", (draw) => {
  const { D, I, H } = drawSizes(draw);
  const given = drawEntries(draw, { W: [D, 4 * H, I], R: [D, 4 * H, H], B: [D, 4 * H] });
  const state = fromOpenVino(given as never);
  expectSame(toOpenVino(state), given);
});

/** Systems with one bias; what is run-time added is 0. */
const ONE_BIAS: [name: string, there: (state: StateDict) => object, back: (weights: never) => Entries][] = [
  ["Keras", toKeras, fromKeras],
  ["TensorFlow 1", (s) => toTensorFlow1(s, { forgetBias: 0 }), (w) => fromTensorFlow1(w, { forgetBias: 0 })],
  ["OpenVINO", toOpenVino, fromOpenVino],
];

for (const [name, there, back] of ONE_BIAS) {
  holds(`two biases to ${name} and back are their sum and 0, the weights what they were`, (draw) => {
    const state = drawState(draw, { ...drawSizes(draw), D: 1 }, 0, "biases");
    const [ih, hh] = [state.bias_ih_l0.data, state.bias_hh_l0.data];
    const got = back(there(state) as never);
    const { bias_ih_l0, bias_hh_l0, ...weights } = got;
    const { bias_ih_l0: _, bias_hh_l0: __, ...expected } = state;
    expectSame(weights, expected);
    const sum = ih.map((v, k) => v + hh[k]);
    expect(bias_ih_l0.data.every((v, k) => v === sum[k] || (Number.isNaN(v) && Number.isNaN(sum[k])))).toBe(true);
    expect(bits(bias_hh_l0.data)).toEqual(bits(new Float32Array(hh.length)));
  });
}
