// One LSTM layer: inference over a sequence, forward + backward, and a stream of single steps.

import type { Lstm, LstmCellStep, LstmCellUpstream, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import type { Case, Variant } from "../cases.js";
import * as plain from "../plain/lstm.js";

interface Size extends plain.Sizes {
  floors?: Case["floors"];
}

const SEQUENCES: Size[] = [
  { T: 1, B: 1, I: 64, H: 64 },
  { T: 1, B: 1, I: 128, H: 128 },
  { T: 100, B: 1, I: 128, H: 128, floors: { strict: 30 } },
  { T: 32, B: 32, I: 64, H: 128 },
];

const STREAMS = [64, 128, 256];

const BOUND = { relative: 1e-5, absolute: 1e-5 };

/** Weights as PyTorch initialises them. */
export function lstmWeights(random: Random, I: number, H: number): plain.LstmWeights {
  const bound = 1 / Math.sqrt(H);
  const [weightIh, weightHh, biasIh, biasHh] = [4 * H * I, 4 * H * H, 4 * H, 4 * H].map((n) =>
    random.floats(n, -bound, bound),
  );
  return { weightIh, weightHh, biasIh, biasHh };
}

export function stateDict({ weightIh, weightHh, biasIh, biasHh }: plain.LstmWeights): Record<string, Float32Array> {
  return { weight_ih_l0: weightIh, weight_hh_l0: weightHh, bias_ih_l0: biasIh, bias_hh_l0: biasHh };
}

function inputs({ T, B, I, H }: Size) {
  const random = new Random(T + B + I + H);
  const [h0, c0] = [random.floats(B * H, -0.5, 0.5), random.floats(B * H, -0.5, 0.5)];
  return { w: lstmWeights(random, I, H), x: random.normals(T * B * I), h0, c0, dy: random.normals(T * B * H) };
}

export const label = ({ T, B, I, H }: Size): string => `T${T} B${B} I${I} H${H}`;

export function forwardCase(size: Size): Case {
  const { T, B, I, H, floors } = size;
  return {
    family: "lstm",
    name: "forward",
    size: label(size),
    floors,
    bound: BOUND,
    library: (sc) => {
      const given = inputs(size);
      const layer = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
      layer.loadStateDict(shaped(layer, stateDict(given.w)));
      const [x, h0, c0] = [
        softcell.tensor(sc, [T, B, I], given.x),
        softcell.tensor(sc, [B, H], given.h0),
        softcell.tensor(sc, [B, H], given.c0),
      ];
      const options = { h0, c0, training: false };
      let result = layer.forward(x, options);
      return {
        run: () => {
          result = layer.forward(x, options);
        },
        outputs: () => [result.output.data, result.cN.data],
        dispose: () => {
          for (const item of [x, h0, c0, layer]) item.dispose();
        },
      };
    },
    plain: () => {
      const given = inputs(size);
      const [y, h, c] = [T * B * H, B * H, B * H].map((n) => new Float32Array(n));
      const gates = new Float32Array(4 * H);
      return {
        run: () => {
          h.set(given.h0);
          c.set(given.c0);
          plain.lstmForward(y, h, c, gates, given.x, given.w, size);
        },
        outputs: () => [y, c],
      };
    },
  };
}

/** Forward and backward of a layer. */
function layerVariant(sc: Softcell, size: Size, recompute: boolean): Variant {
  const { T, B, I, H } = size;
  const given = inputs(size);
  const layer = softcell.lstm(sc, { inputSize: I, hiddenSize: H, recompute });
  layer.loadStateDict(shaped(layer, stateDict(given.w)));
  const [x, dy] = [softcell.tensor(sc, [T, B, I], given.x), softcell.tensor(sc, [T, B, H], given.dy)];
  const { params } = layer;
  let dx = x;
  return {
    run: () => {
      layer.forward(x);
      layer.zeroGrad();
      ({ dx } = layer.backward(dy));
    },
    outputs: () => [dx.data, ...Object.values(params).map(({ grad }) => grad)],
    dispose: () => {
      for (const item of [x, dy, layer]) item.dispose();
    },
  };
}

/** The same in a loop over steps of a cell. */
function cellVariant(sc: Softcell, size: Size): Variant {
  const { T, B, I, H } = size;
  const given = inputs(size);
  const cell = softcell.lstmCell(sc, { inputSize: I, hiddenSize: H });
  const names = Object.entries(stateDict(given.w)).map(([name, w]) => [name.replace("_l0", ""), w]);
  cell.loadStateDict(Object.fromEntries(names));
  const row = (all: Float32Array, t: number) => all.subarray((t * all.length) / T, ((t + 1) * all.length) / T);
  const dx = new Float32Array(T * B * I);
  return {
    run: () => {
      cell.zeroGrad();
      const steps: LstmCellStep[] = [];
      for (let t = 0; t < T; t++) steps.push(cell.forward(row(given.x, t), steps[t - 1]));
      let upstream: LstmCellUpstream = { dh: row(given.dy, T - 1) };
      for (let t = T - 1; t >= 0; t--) {
        const gradients = cell.backward(steps[t], upstream);
        row(dx, t).set(gradients.dx.data);
        if (t > 0) gradients.dh.data.forEach((v, i, dh) => (dh[i] = v + row(given.dy, t - 1)[i]));
        upstream = gradients;
        steps[t].dispose();
      }
    },
    outputs: () => [dx, ...Object.values(cell.params).map(({ grad }) => grad)],
    dispose: () => cell.dispose(),
  };
}

function backwardCase(size: Size, name: string, library: Case["library"]): Case {
  const { T, B, I } = size;
  return {
    family: "lstm",
    name,
    size: label(size),
    bound: BOUND,
    library,
    plain: () => {
      const given = inputs(size);
      const [tape, work, grad] = [plain.createTape(size), plain.createWorkspace(size), plain.zerosLike(given.w)];
      const gradients = Object.values(stateDict(grad)) as Float32Array[];
      const dx = new Float32Array(T * B * I);
      return {
        run: () => {
          plain.lstmForwardTape(tape, given.x, given.w, size);
          for (const gradient of gradients) gradient.fill(0);
          plain.lstmBackward(dx, grad, work, given.dy, tape, given.x, given.w, size);
        },
        outputs: () => [dx, ...gradients],
      };
    },
  };
}

export function trainingCase(size: Size): Case {
  return backwardCase(size, "forward + backward", (sc) => layerVariant(sc, size, false));
}

/** Steps of a stream of the layer, which is disposed with it. */
export function streamVariant(layer: Lstm, x: Float32Array): Variant {
  const stream = layer.stream();
  let h = x;
  return {
    run: () => {
      h = stream.step(x);
    },
    outputs: () => [h],
    dispose: () => {
      stream.dispose();
      layer.dispose();
    },
  };
}

export function streamCase(H: number): Case {
  const size = { T: 1, B: 1, I: H, H };
  return {
    family: "lstm",
    name: "streaming step",
    size: `I${H} H${H}`,
    bound: BOUND,
    calls: 5,
    library: (sc) => {
      const { w, x } = inputs(size);
      const layer = softcell.lstm(sc, { inputSize: H, hiddenSize: H });
      layer.loadStateDict(shaped(layer, stateDict(w)));
      return streamVariant(layer, x);
    },
    plain: () => {
      const { w, x } = inputs(size);
      const [h, c, gates] = [H, H, 4 * H].map((n) => new Float32Array(n));
      return { run: () => plain.lstmStep(h, c, gates, x, w, H, H), outputs: () => [h] };
    },
  };
}

const LONG = { T: 100, B: 1, I: 128, H: 128 };
const LOOP = { T: 16, B: 4, I: 64, H: 64 };

export const lstm: Case[] = [
  ...SEQUENCES.map(forwardCase),
  ...SEQUENCES.map(trainingCase),
  backwardCase(LONG, "forward + backward, recompute", (sc) => layerVariant(sc, LONG, true)),
  backwardCase(LOOP, "forward + backward, a loop of lstmCell", (sc) => cellVariant(sc, LOOP)),
  ...STREAMS.map(streamCase),
];
