// LSTMs with options: a projection with peepholes, and two layers in both directions.

import { type LstmOptions, type LstmParameter, lstm, tensor } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import type { Case } from "../cases.js";
import type { LstmWeights, Sizes } from "../plain/lstm.js";
import { ProjectedLstm } from "../plain/lstm-projected.js";
import { BidirectionalLstm } from "../plain/lstm-stack.js";
import { label, lstmWeights, stateDict, streamVariant } from "./lstm.js";

/** The plain variant of a kind: y is what forward has made, the gradients are under the names of the library. */
interface PlainLstm {
  y: Float32Array;
  dx: Float32Array;
  gradients: Record<string, Float32Array>;
  forward(x: Float32Array): void;
  backward(dy: Float32Array, x: Float32Array): void;
}

interface Kind {
  name: string;
  size: Sizes;
  options: Partial<LstmOptions>;
  /** Numbers in a row of the output. */
  width: number;
  state: Record<string, Float32Array>;
  plain(): PlainLstm;
}

const BOUND = { relative: 1e-5, absolute: 1e-5 };

const P = 32;
const PROJECTED = { T: 16, B: 4, I: 64, H: 64, P };

function projectedWeights(random: Random, { I, H }: Sizes) {
  const bound = 1 / Math.sqrt(H);
  const [weightHh, weightHr, weightCh] = [4 * H * P, P * H, 3 * H].map((n) => random.floats(n, -bound, bound));
  return { ...lstmWeights(random, I, H), weightHh, weightHr, weightCh };
}

type Projected = ReturnType<typeof projectedWeights>;

const projectedState = (w: Projected): Record<string, Float32Array> => ({
  ...stateDict(w),
  weight_hr_l0: w.weightHr,
  weight_ch_l0: w.weightCh,
});

function projected(): Kind {
  const weights = projectedWeights(new Random(1), PROJECTED);
  return {
    name: "projected, peepholes",
    size: PROJECTED,
    options: { projSize: P, peepholes: true },
    width: P,
    state: projectedState(weights),
    plain: () => {
      const lstm = new ProjectedLstm(weights, PROJECTED);
      return {
        y: lstm.h.subarray(PROJECTED.B * P),
        dx: lstm.dx,
        gradients: projectedState(lstm.grad),
        forward: (x) => lstm.forward(x),
        backward: (dy, x) => lstm.backward(dy, x),
      };
    },
  };
}

const STACK = { T: 16, B: 4, I: 64, H: 64 };

/** Of weights in the order of layers and directions. */
function stackState(weights: readonly LstmWeights[]): Record<string, Float32Array> {
  const entries = weights.flatMap((w, i) =>
    Object.entries(stateDict(w)).map(([name, data]) => {
      return [name.replace("_l0", `_l${i >> 1}${i % 2 ? "_reverse" : ""}`), data];
    }),
  );
  return Object.fromEntries(entries);
}

function stack(): Kind {
  const random = new Random(2);
  const { I, H } = STACK;
  const layers = [I, 2 * H].map((inputs) => [lstmWeights(random, inputs, H), lstmWeights(random, inputs, H)]);
  return {
    name: "2 layers, both directions",
    size: STACK,
    options: { numLayers: 2, bidirectional: true },
    width: 2 * H,
    state: stackState(layers.flat()),
    plain: () => {
      const lstm = new BidirectionalLstm(layers, STACK);
      return {
        y: lstm.y,
        dx: lstm.dx,
        gradients: stackState(lstm.gradients),
        forward: (x) => lstm.forward(x),
        backward: (dy) => lstm.backward(dy),
      };
    },
  };
}

function kindCase({ name, size, options, width, state, plain }: Kind, training: boolean): Case {
  const { T, B, I, H } = size;
  const inputs = () => [I, width].map((n) => new Random(n).normals(T * B * n));
  const names = Object.keys(state);
  return {
    family: "lstm",
    name: `${name}: ${training ? "forward + backward" : "forward"}`,
    size: label(size),
    bound: BOUND,
    library: (sc) => {
      const given = inputs();
      const layer = lstm(sc, { inputSize: I, hiddenSize: H, ...options });
      layer.loadStateDict(shaped(layer, state));
      const [x, dy] = [tensor(sc, [T, B, I], given[0]), tensor(sc, [T, B, width], given[1])];
      const { params } = layer;
      let [y, dx] = [x, x];
      return {
        run: () => {
          y = layer.forward(x, { training }).output;
          if (!training) return;
          layer.zeroGrad();
          ({ dx } = layer.backward(dy));
        },
        outputs: () => [
          y.data,
          ...(training ? [dx.data, ...names.map((key) => params[key as LstmParameter].grad)] : []),
        ],
        dispose: () => {
          for (const item of [x, dy, layer]) item.dispose();
        },
      };
    },
    plain: () => {
      const [x, dy] = inputs();
      const lstm = plain();
      const gradients = names.map((key) => lstm.gradients[key]);
      return {
        run: () => {
          lstm.forward(x);
          if (!training) return;
          for (const gradient of gradients) gradient.fill(0);
          lstm.backward(dy, x);
        },
        outputs: () => [lstm.y, ...(training ? [lstm.dx, ...gradients] : [])],
      };
    },
  };
}

function streamCase(): Case {
  const size = { T: 1, B: 1, I: 128, H: 128, P };
  const weights = projectedWeights(new Random(3), size);
  const x = new Random(4).normals(size.I);
  return {
    family: "lstm",
    name: "projected, peepholes: streaming step",
    size: `I${size.I} H${size.H}`,
    bound: BOUND,
    calls: 5,
    library: (sc) => {
      const layer = lstm(sc, { inputSize: size.I, hiddenSize: size.H, projSize: P, peepholes: true });
      layer.loadStateDict(shaped(layer, projectedState(weights)));
      return streamVariant(layer, x);
    },
    plain: () => {
      const lstm = new ProjectedLstm(weights, size);
      return { run: () => lstm.step(x), outputs: () => [lstm.h.subarray(0, P)] };
    },
  };
}

export const lstmKinds: Case[] = [
  ...[projected(), stack()].flatMap((kind) => [kindCase(kind, false), kindCase(kind, true)]),
  streamCase(),
];
