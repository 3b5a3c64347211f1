// LSTM layers: GFLOP/s beside the arithmetic peak, and sizes just above a multiple of 4.

import type { Lstm, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import { label, lstmWeights, stateDict } from "../families/lstm.js";
import type { Run } from "../harness.js";
import type { Sizes } from "../plain/lstm.js";
import type { Bed } from "./bed.js";
import { against, type Group, rate, type Section, targeted } from "./figure.js";
import { peakOf, peakRuns } from "./peak.js";

const FORWARD = { strict: { 1: 36, 32: 41 }, relaxed: { 1: 44, 32: 48 } };
const BACKWARD = { strict: 42, relaxed: 48 };
const ABOVE_SHARE = 0.85;

const SEQUENCES: (Sizes & { B: 1 | 32 })[] = [
  { T: 100, B: 1, I: 128, H: 128 },
  { T: 32, B: 32, I: 64, H: 128 },
  { T: 100, B: 32, I: 64, H: 128 },
  { T: 32, B: 32, I: 128, H: 256 },
];

/** Long and short ones, for backward: its target is for any T x B. */
const OTHERS: typeof SEQUENCES = [
  { T: 1000, B: 1, I: 64, H: 128 },
  { T: 8, B: 32, I: 64, H: 128 },
];

/** Of the matrix products; backward has those of dx and dh, and of the gradients of the weights. */
const flop = ({ T, B, I, H }: Sizes): number => 8 * T * B * H * (I + H);

export function layerOf(sc: Softcell, { I, H }: Pick<Sizes, "I" | "H">): Lstm {
  const layer = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
  layer.loadStateDict(shaped(layer, stateDict(lstmWeights(new Random(I + H), I, H))));
  return layer;
}

interface Pass {
  run: Run;
  dispose(): void;
}

function forwardPass(sc: Softcell, size: Sizes): Pass {
  const { T, B, I } = size;
  const layer = layerOf(sc, size);
  const x = softcell.tensor(sc, [T, B, I], new Random(T).normals(T * B * I));
  const options = { training: false };
  const run = () => layer.forward(x, options);
  return {
    run,
    dispose: () => {
      x.dispose();
      layer.dispose();
    },
  };
}

/** Backward alone: it changes nothing that forward has kept, so the layer is told that it has not happened. */
function backwardPass(sc: Softcell, size: Sizes): Pass {
  const { T, B, I, H } = size;
  const layer = layerOf(sc, size);
  const random = new Random(T);
  const [x, dy] = [
    softcell.tensor(sc, [T, B, I], random.normals(T * B * I)),
    softcell.tensor(sc, [T, B, H], random.normals(T * B * H)),
  ];
  layer.forward(x);
  const saved = Reflect.get(layer, "saved");
  const run = () => {
    Reflect.set(layer, "saved", saved);
    layer.backward(dy);
  };
  return {
    run,
    dispose: () => {
      for (const item of [x, dy, layer]) item.dispose();
    },
  };
}

function sequence(way: "forward" | "backward", size: (typeof SEQUENCES)[number]) {
  return (bed: Bed): Group => {
    const { build, sc } = bed;
    const { run, dispose } = (way === "forward" ? forwardPass : backwardPass)(sc, size);
    const amount = flop(size) * (way === "forward" ? 1 : 2);
    const wanted = way === "forward" ? FORWARD[build][size.B] : BACKWARD[build];
    return {
      runs: { ...peakRuns(bed), run },
      figures: (rows) => {
        const figure = rate({ name: way, size: label(size), build }, "GFLOP/s", amount, rows.run);
        return [targeted(against(figure, peakOf(rows)), "median", wanted)];
      },
      dispose,
    };
  };
}

const ABOVE = [27, 33, 65, 130];

/** H and the multiple of 4 below it, in turns. */
function justAbove(way: "forward" | "backward", B: number, H: number) {
  return ({ build, sc }: Bed): Group => {
    const size = { T: 32, B, I: 64, H };
    const below = { ...size, H: H - (H % 4) };
    const pass = way === "forward" ? forwardPass : backwardPass;
    const [above, even] = [pass(sc, size), pass(sc, below)];
    const times = way === "forward" ? 1 : 2;
    return {
      runs: { below: even.run, above: above.run },
      figures: (rows) => {
        const figure = rate({ name: way, size: label(size), build }, "GFLOP/s", times * flop(size), rows.above);
        const limit = (times * flop(below)) / rows.below.median;
        return [targeted(against(figure, limit), "ratio", ABOVE_SHARE)];
      },
      dispose: () => {
        above.dispose();
        even.dispose();
      },
    };
  };
}

export const lstm: Section[] = [
  { title: "LSTM forward, beside the arithmetic peak", groups: SEQUENCES.map((size) => sequence("forward", size)) },
  {
    title: "LSTM backward, beside the arithmetic peak",
    groups: [...SEQUENCES, ...OTHERS].map((size) => sequence("backward", size)),
  },
  {
    title: "LSTM just above a multiple of 4, against that multiple",
    groups: ABOVE.flatMap((H) => [
      justAbove("forward", 1, H),
      justAbove("forward", 32, H),
      justAbove("backward", 32, H),
    ]),
  },
];
