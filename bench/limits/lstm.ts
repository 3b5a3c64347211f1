// LSTM layers: GFLOP/s beside the arithmetic peak, sizes just above a multiple of 4, streams, training steps.
import type { Lstm, Softcell } from "../../src/index.js";
import { Random } from "../../test/random.js";
import { label, lstmWeights, stateDict, streamVariant } from "../families/lstm.js";
import { train } from "../families/train.js";
import type { Run } from "../harness.js";
import type { Sizes } from "../plain/lstm.js";
import type { Bed } from "./bed.js";
import { against, duration, type Group, rate, type Section, targeted } from "./figure.js";
import { peakOf, peakRuns } from "./peak.js";

const FORWARD = { strict: { 1: 36, 32: 41 }, relaxed: { 1: 44, 32: 48 } };
const BACKWARD = { strict: 42, relaxed: 48 };
const STREAM = { strict: { 64: 2.3, 128: 8.6, 512: 125 }, relaxed: { 64: 1.9, 128: 6.7, 512: 102 } };
const TRAIN = { strict: [14.5, 0.35], relaxed: [12.5, 0.3] };
const ABOVE_SHARE = 0.85;
const SILENCE_SHARE = 1;

const SEQUENCES: (Sizes & { B: 1 | 32 })[] = [
  { T: 100, B: 1, I: 128, H: 128 },
  { T: 32, B: 32, I: 64, H: 128 },
  { T: 100, B: 32, I: 64, H: 128 },
  { T: 32, B: 32, I: 128, H: 256 },
];

/** Of the matrix products; backward has those of dx and dh, and of the gradients of the weights. */
const flop = ({ T, B, I, H }: Sizes): number => 8 * T * B * H * (I + H);

function layerOf(sc: Softcell, { I, H }: Pick<Sizes, "I" | "H">): Lstm {
  const layer = sc.lstm({ inputSize: I, hiddenSize: H });
  layer.loadStateDict(stateDict(lstmWeights(new Random(I + H), I, H)));
  return layer;
}

interface Pass {
  run: Run;
  dispose(): void;
}

function forwardPass(sc: Softcell, size: Sizes): Pass {
  const { T, B, I } = size;
  const layer = layerOf(sc, size);
  const x = sc.tensor([T, B, I], new Random(T).normals(T * B * I));
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
  const [x, dy] = [sc.tensor([T, B, I], random.normals(T * B * I)), sc.tensor([T, B, H], random.normals(T * B * H))];
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
        return [targeted(against(figure, peakOf(rows)), "value", wanted)];
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
        return [targeted(against(figure, limit), "share", ABOVE_SHARE)];
      },
      dispose: () => {
        above.dispose();
        even.dispose();
      },
    };
  };
}

function streaming(H: 64 | 128 | 512) {
  return ({ build, sc }: Bed): Group => {
    const { run, dispose } = streamVariant(layerOf(sc, { I: H, H }), new Random(H).normals(H));
    return {
      runs: { run },
      figures: (rows) => {
        const figure = duration({ name: "streaming step", size: `I${H} H${H}`, build }, "us", rows.run);
        return [targeted(figure, "value", STREAM[build][H])];
      },
      dispose,
    };
  };
}

const FRAMES = 10_000;

/** Frames of zeros after speech; no biases, so that the state decays towards the denormals. */
function silence(H: number) {
  return ({ build, sc }: Bed): Group => {
    const layer = layerOf(sc, { I: H, H });
    for (const [name, { data }] of Object.entries(layer.params)) if (name.startsWith("bias")) data.fill(0);
    const random = new Random(H);
    const speech = Array.from({ length: 1000 }, () => random.normals(H));
    const zeros = new Float32Array(H);
    const stream = layer.stream();
    const steps = (frame: (i: number) => Float32Array): Run => {
      return () => {
        for (const frame of speech.slice(0, 10)) stream.step(frame);
        for (let i = 0; i < FRAMES; i++) stream.step(frame(i));
      };
    };
    return {
      runs: { speech: steps((i) => speech[i % speech.length]), silence: steps(() => zeros) },
      figures: (rows) => {
        const place = { name: "streaming step", size: `I${H} H${H}`, build };
        const figure = duration(place, "us", rows.silence, FRAMES);
        return [targeted(against(figure, rows.speech.median / FRAMES / 1e3), "share", SILENCE_SHARE)];
      },
      dispose: () => {
        stream.dispose();
        layer.dispose();
      },
    };
  };
}

function training(index: number) {
  return ({ build, sc }: Bed): Group => {
    const { name, size, library } = train[index];
    const { run, dispose } = library(sc);
    return {
      runs: { run },
      figures: (rows) => [targeted(duration({ name, size, build }, "ms", rows.run), "value", TRAIN[build][index])],
      dispose,
    };
  };
}

export const lstm: Section[] = [
  { title: "LSTM forward, beside the arithmetic peak", groups: SEQUENCES.map((size) => sequence("forward", size)) },
  { title: "LSTM backward, beside the arithmetic peak", groups: SEQUENCES.map((size) => sequence("backward", size)) },
  {
    title: "LSTM just above a multiple of 4, against that multiple",
    groups: ABOVE.flatMap((H) => [
      justAbove("forward", 1, H),
      justAbove("forward", 32, H),
      justAbove("backward", 32, H),
    ]),
  },
  { title: "LSTM streaming", groups: [streaming(64), streaming(128), streaming(512)] },
  { title: "LSTM streaming of 10,000 frames of silence, against speech", groups: [silence(64), silence(128)] },
  { title: "training", groups: [training(0), training(1)] },
];
