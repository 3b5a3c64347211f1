// A training step: LSTM -> linear -> cross-entropy -> backward through time -> clip by norm -> Adam. All compute the
// gradient of x too, as a model with a layer below needs it.

import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import type { Case, Variant } from "../cases.js";
import { createTrainer, type TrainSizes, type TrainWeights } from "../plain/train.js";
import { lstmWeights, stateDict } from "./lstm.js";

interface Size extends TrainSizes {
  floors?: Case["floors"];
}

const SIZES: Size[] = [
  { T: 32, B: 32, I: 64, H: 128, V: 64, floors: { strict: 25 } },
  { T: 25, B: 1, I: 65, H: 100, V: 65 },
];

export const TRAINING = { maxNorm: 1, lr: 1e-3 };

export function trainInputs({ T, B, I, H, V }: TrainSizes) {
  const random = new Random(T + B);
  const bound = 1 / Math.sqrt(H);
  const weights: TrainWeights = {
    lstm: lstmWeights(random, I, H),
    linear: { weight: random.floats(V * H, -bound, bound), bias: random.floats(V, -bound, bound) },
  };
  return { weights, x: random.normals(T * B * I), targets: random.ints(T * B, V) };
}

/** Steps of the library; outputs: the loss and the clipped gradients. */
export function trainVariant(sc: Softcell, inputs: ReturnType<typeof trainInputs>, size: TrainSizes): Variant {
  const { T, B, I, H, V } = size;
  const { weights, x: values, targets } = inputs;
  const lstm = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
  const linear = softcell.linear(sc, { inFeatures: H, outFeatures: V });
  lstm.loadStateDict(shaped(lstm, stateDict(weights.lstm)));
  linear.loadStateDict(shaped(linear, { ...weights.linear }));
  const layers = [lstm, linear];
  const adam = softcell.adam(sc, layers, { lr: TRAINING.lr });
  const [x, dlogits] = [softcell.tensor(sc, [T, B, I], values), softcell.tensor(sc, [T, B, V])];
  const options = { out: dlogits };
  let loss = 0;
  return {
    run: () => {
      const { output } = lstm.forward(x);
      const logits = linear.forward(output);
      ({ loss } = softcell.crossEntropy(sc, logits, targets, options));
      adam.zeroGrad();
      lstm.backward(linear.backward(dlogits));
      softcell.clipGradNorm(sc, layers, TRAINING.maxNorm);
      adam.step();
    },
    outputs: () => [
      Float32Array.of(loss),
      ...layers.flatMap(({ params }) => Object.values(params).map(({ grad }) => grad)),
    ],
    dispose: () => {
      for (const item of [adam, ...layers, x, dlogits]) item.dispose();
    },
  };
}

function trainCase(size: Size): Case {
  const { T, B, I, H, V, floors } = size;
  return {
    family: "train",
    name: "LSTM training step",
    size: `T${T} B${B} I${I} H${H} V${V}`,
    floors,
    bound: { relative: 1e-4, absolute: 1e-4 },
    // the gradients of the third step are compared, not weights: Adam turns the rounding of a tiny gradient into a step
    calls: 3,
    library: (sc) => trainVariant(sc, trainInputs(size), size),
    plain: () => {
      const { weights, x, targets } = trainInputs(size);
      const { step, gradients } = createTrainer(weights, x, targets, size, TRAINING);
      let loss = 0;
      return {
        run: () => {
          loss = step();
        },
        outputs: () => [Float32Array.of(loss), ...gradients],
      };
    },
  };
}

export const train: Case[] = SIZES.map(trainCase);
