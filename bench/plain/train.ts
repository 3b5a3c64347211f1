// Plain JavaScript, as a user would write it: one training step of LSTM -> linear -> softmax cross-entropy.
import { type LinearWeights, linear, linearBackward } from "./linear.js";
import * as lstm from "./lstm.js";
import { adam, clipByNorm } from "./optimizers.js";
import { crossEntropy } from "./softmax.js";

export interface TrainSizes extends lstm.Sizes {
  /** Classes. */
  V: number;
}

export interface TrainWeights {
  lstm: lstm.LstmWeights;
  linear: LinearWeights;
}

export interface TrainOptions {
  maxNorm: number;
  lr: number;
}

const zerosLike = (arrays: readonly Float32Array[]) => arrays.map(({ length }) => new Float32Array(length));

export interface Trainer {
  /** Trains the weights in place by one step and returns the loss. */
  step(): number;
  /** Of the last step, in the order of the weights. */
  gradients: readonly Float32Array[];
}

/** For x [T][B][I] and targets [T][B]. */
export function createTrainer(
  weights: TrainWeights,
  x: Float32Array,
  targets: Int32Array,
  size: TrainSizes,
  { maxNorm, lr }: TrainOptions,
): Trainer {
  const { T, B, I, H, V } = size;
  const rows = T * B;
  const parameters = [...Object.values(weights.lstm), ...Object.values(weights.linear)] as Float32Array[];
  const gradients = zerosLike(parameters);
  const [m, v] = [zerosLike(parameters), zerosLike(parameters)];
  const grad = gradientsOf(weights, gradients);
  const [tape, work] = [lstm.createTape(size), lstm.createWorkspace(size)];
  const output = tape.h.subarray(B * H);
  const [logits, dlogits, doutput, dx] = [rows * V, rows * V, rows * H, rows * I].map((n) => new Float32Array(n));
  let steps = 0;
  const step = (): number => {
    lstm.lstmForwardTape(tape, x, weights.lstm, size);
    linear(logits, output, weights.linear, rows, H, V);
    const loss = crossEntropy(dlogits, logits, targets, rows, V);
    for (const gradient of gradients) gradient.fill(0);
    linearBackward(doutput, grad.linear, dlogits, output, weights.linear, rows, H, V);
    lstm.lstmBackward(dx, grad.lstm, work, doutput, tape, x, weights.lstm, size);
    clipByNorm(gradients, maxNorm);
    steps++;
    parameters.forEach((p, i) => adam(p, gradients[i], m[i], v[i], lr, steps));
    return loss;
  };
  return { step, gradients };
}

/** The flat list of gradients under the names of the weights. */
function gradientsOf(weights: TrainWeights, gradients: readonly Float32Array[]): TrainWeights {
  const names = (part: object) => Object.keys(part);
  const first = names(weights.lstm).map((name, i) => [name, gradients[i]]);
  const rest = names(weights.linear).map((name, i) => [name, gradients[first.length + i]]);
  return { lstm: Object.fromEntries(first), linear: Object.fromEntries(rest) };
}
