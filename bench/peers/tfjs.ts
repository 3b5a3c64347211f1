// TensorFlow.js on either of its backends: https://www.npmjs.com/package/@tensorflow/tfjs
import type * as TensorFlow from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { TRAINING } from "../families/train.js";
import type { LstmWeights } from "../plain/lstm.js";
import type { LstmCase, RowCase } from "./cases.js";
import { kerasWeights } from "./keras.js";
import type { Peer, Variant } from "./peer.js";
import type { LstmInputs, RowInputs, TrainInputs } from "./reference.js";

type Tf = typeof TensorFlow;

export async function createPeer(name: string, backend: string): Promise<Peer> {
  const tf = await import("@tensorflow/tfjs");
  const activate = async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`backend ${backend} does not start`);
  };
  await activate();
  return {
    name,
    version: tf.version.tfjs,
    timing: "together",
    activate,
    rows: (item, inputs) => rows(tf, item, inputs),
    lstm: (item, inputs) => (item.op === "stream" ? stream(tf, item, inputs) : sequence(tf, item, inputs)),
    train: (item, inputs) => train(tf, item, inputs),
  };
}

/** Calls in place, and what disposes of the tensors of the last one. */
function holding(call: () => Tensor[], given: Tensor[]): Variant {
  let last: Tensor[] = [];
  const dispose = () => {
    for (const tensor of last) tensor.dispose();
  };
  return {
    run: () => {
      dispose();
      last = call();
    },
    outputs: () => last.map((tensor) => tensor.dataSync()),
    dispose: () => {
      dispose();
      for (const tensor of given) tensor.dispose();
    },
  };
}

function rows(tf: Tf, { op, way, rows, cols }: RowCase, { x, targets }: RowInputs): Variant {
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(targets, "int32"), cols).toFloat());
  const lossAndGradient = tf.valueAndGrad((z) => tf.losses.softmaxCrossEntropy(labels, z).asScalar());
  const functions = {
    softmax: (z: Tensor) => [tf.softmax(z)],
    logSoftmax: (z: Tensor) => [tf.logSoftmax(z)],
    logSumExp: (z: Tensor) => [tf.logSumExp(z, -1)],
    crossEntropy: (z: Tensor) => {
      const { value, grad } = lossAndGradient(z);
      return [value, grad];
    },
  };
  const call = functions[op];
  if (way === "resident") {
    const z = tf.tensor2d(x, [rows, cols]);
    return holding(() => tf.tidy(() => call(z)), [z, labels]);
  }
  let last: ArrayLike<number>[] = [];
  return {
    run: () => {
      tf.tidy(() => {
        last = call(tf.tensor2d(x, [rows, cols])).map((tensor) => tensor.dataSync());
      });
    },
    outputs: () => last,
    dispose: () => labels.dispose(),
  };
}

interface Weights {
  /** [I, 4H] */
  kernel: Tensor2D;
  /** [H, 4H] */
  recurrent: Tensor2D;
  /** [4H] */
  bias: Tensor;
}

function weightsOf(tf: Tf, w: LstmWeights, { I, H }: LstmCase): Weights & { bias: Tensor1D } {
  const { kernel, recurrent, bias } = kerasWeights(w);
  return {
    kernel: tf.tensor2d(kernel, [I, 4 * H]),
    recurrent: tf.tensor2d(recurrent, [H, 4 * H]),
    bias: tf.tensor1d(bias),
  };
}

function cell(tf: Tf, z: Tensor2D, c: Tensor2D): [c: Tensor2D, h: Tensor2D] {
  const [i, f, g, o] = tf.split(z, 4, 1);
  const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g))) as Tensor2D;
  return [next, tf.mul(tf.sigmoid(o), tf.tanh(next)) as Tensor2D];
}

/** A tensor a step: a slice of a tensor costs a copy of all of it here. */
function stepsOf(tf: Tf, x: Float32Array, { T, B, I }: LstmCase): Tensor2D[] {
  return Array.from({ length: T }, (_, t) => tf.tensor2d(x.subarray(t * B * I, (t + 1) * B * I), [B, I]));
}

/** The outputs of T steps. */
function unroll(tf: Tf, steps: Tensor2D[], { kernel, recurrent, bias }: Weights, { B, H }: LstmCase): Tensor3D {
  let [h, c] = [tf.zeros([B, H]) as Tensor2D, tf.zeros([B, H]) as Tensor2D];
  const outputs = steps.map((x) => {
    const input = tf.fused.matMul({ a: x, b: kernel, bias });
    [c, h] = cell(tf, tf.add(input, tf.matMul(h, recurrent)) as Tensor2D, c);
    return h;
  });
  return tf.stack(outputs) as Tensor3D;
}

function sequence(tf: Tf, item: LstmCase, { w, x }: LstmInputs): Variant {
  const weights = weightsOf(tf, w, item);
  let y: ArrayLike<number> = x;
  return {
    run: () => {
      tf.tidy(() => {
        y = unroll(tf, stepsOf(tf, x, item), weights, item).dataSync();
      });
    },
    outputs: () => [y],
    dispose: () => tf.dispose({ ...weights }),
  };
}

function stream(tf: Tf, item: LstmCase, { w, x }: LstmInputs): Variant {
  const { I, H } = item;
  const { kernel, recurrent, bias } = weightsOf(tf, w, item);
  let state = [tf.zeros([1, H]) as Tensor2D, tf.zeros([1, H]) as Tensor2D];
  let y: ArrayLike<number> = x;
  return {
    run: () => {
      const [c, h] = state;
      state = tf.tidy(() => {
        const input = tf.fused.matMul({ a: tf.tensor2d(x, [1, I]), b: kernel, bias });
        return cell(tf, tf.add(input, tf.matMul(h, recurrent)) as Tensor2D, c);
      });
      tf.dispose([c, h]);
      y = state[1].dataSync();
    },
    outputs: () => [y],
    dispose: () => tf.dispose([kernel, recurrent, bias, ...state]),
  };
}

function train(tf: Tf, item: LstmCase, { weights, x, targets }: TrainInputs): Variant {
  const { T, B, H, V } = item;
  const { kernel, recurrent } = weightsOf(tf, weights.lstm, item);
  const { weight, bias } = weights.linear;
  // two biases, as in PyTorch: Adam moves each
  const biases = [weights.lstm.biasIh, weights.lstm.biasHh].map((values) => tf.tensor1d(values));
  const initial = [kernel, recurrent, ...biases, tf.tensor2d(weight, [V, H]), tf.tensor1d(bias)];
  const variables = initial.map((tensor) => tf.variable(tensor as Tensor));
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(targets, "int32"), V).toFloat());
  const steps = stepsOf(tf, x, item);
  const optimizer = tf.train.adam(TRAINING.lr, 0.9, 0.999, 1e-8);
  const lossAndGradients = tf.valueAndGrads((...inputs) => {
    const [wx, wh, b1, b2, w, b3] = inputs.slice(T);
    const lstm = { kernel: wx as Tensor2D, recurrent: wh as Tensor2D, bias: tf.add(b1, b2) };
    const y = unroll(tf, inputs.slice(0, T) as Tensor2D[], lstm, item).reshape([T * B, H]) as Tensor2D;
    return tf.losses.softmaxCrossEntropy(labels, tf.add(tf.matMul(y, w as Tensor2D, false, true), b3)).asScalar();
  });
  let loss: ArrayLike<number> = [];
  return {
    run: () => {
      tf.tidy(() => {
        const { value, grads } = lossAndGradients([...steps, ...variables]);
        const clipped = clip(tf, grads.slice(T));
        optimizer.applyGradients(variables.map(({ name }, i) => ({ name, tensor: clipped[i] })));
        loss = value.dataSync();
      });
    },
    outputs: () => [loss],
    dispose: () => {
      optimizer.dispose();
      tf.dispose([...initial, ...variables, labels, ...steps]);
    },
  };
}

function clip(tf: Tf, gradients: Tensor[]): Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
  const factor = tf.minimum(1, tf.div(TRAINING.maxNorm, tf.add(norm, 1e-6)));
  return gradients.map((g) => tf.mul(g, factor));
}
