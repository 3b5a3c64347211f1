// Steps of an LSTM: of a stream, in silence too, and of training.

import { Random } from "../../test/support/random.js";
import { streamVariant } from "../families/lstm.js";
import { train } from "../families/train.js";
import type { Run } from "../harness.js";
import type { Bed } from "./bed.js";
import { against, duration, type Group, type Section, targeted } from "./figure.js";
import { layerOf } from "./lstm.js";

const STREAM = { strict: { 64: 2.3, 128: 8.6, 512: 125 }, relaxed: { 64: 1.9, 128: 6.7, 512: 102 } };
const TRAIN = { strict: [14.5, 0.35], relaxed: [12.5, 0.3] };
const SILENCE_SHARE = 1;

function streaming(H: 64 | 128 | 512) {
  return ({ build, sc }: Bed): Group => {
    const { run, dispose } = streamVariant(layerOf(sc, { I: H, H }), new Random(H).normals(H));
    return {
      runs: { run },
      figures: (rows) => {
        const figure = duration({ name: "streaming step", size: `I${H} H${H}`, build }, "us", rows.run);
        return [targeted(figure, "median", STREAM[build][H])];
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
        return [targeted(against(figure, rows.speech.median / FRAMES / 1e3), "ratio", SILENCE_SHARE)];
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
      figures: (rows) => [targeted(duration({ name, size, build }, "ms", rows.run), "median", TRAIN[build][index])],
      dispose,
    };
  };
}

export const steps: Section[] = [
  { title: "LSTM streaming", groups: [streaming(64), streaming(128), streaming(512)] },
  { title: "LSTM streaming of 10,000 frames of silence, against speech", groups: [silence(64), silence(128)] },
  { title: "LSTM training", groups: [training(0), training(1)] },
];
