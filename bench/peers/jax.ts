// https://www.npmjs.com/package/@jax-js/jax on WebAssembly, compiled by its jit(). Array to array only: it computes when a
// result is read. A function takes over the references that it is given: `ref` is one more.
import { readFileSync } from "node:fs";
import type * as JaxModule from "@jax-js/jax";
import { TRAINING } from "../families/train.js";
import type { LstmCase, RowCase } from "./cases.js";
import { kerasWeights } from "./keras.js";
import type { Load, Variant } from "./peer.js";
import type { LstmInputs, RowInputs, TrainInputs } from "./reference.js";

type Jax = typeof JaxModule;
type Array = JaxModule.Array;

/** Its workers are those of browsers. onnxruntime-web puts those of Node there, and then it cannot run. */
const withoutWorkers = async () => Reflect.deleteProperty(globalThis, "Worker");

export const jax: Load = async () => {
  const library = await import("@jax-js/jax");
  await library.init("wasm");
  library.defaultDevice("wasm");
  const file = new URL("../package.json", import.meta.resolve("@jax-js/jax"));
  return {
    name: "jax-js",
    version: JSON.parse(readFileSync(file, "utf8")).version,
    timing: "together",
    activate: withoutWorkers,
    rows: (item, inputs) => (item.way === "array" ? rows(library, item, inputs) : undefined),
    lstm: (item, inputs) => (item.op === "stream" ? stream(library, item, inputs) : sequence(library, item, inputs)),
    train: (item, inputs) => train(library, item, inputs),
  };
};

const meanLoss = ({ nn, numpy: np }: Jax, logits: Array, labels: Array, rows: number): Array =>
  np.sum(nn.logSoftmax(logits, -1).mul(labels)).mul(-1 / rows);

const put = ({ numpy: np }: Jax, data: Float32Array, shape: number[]): Array =>
  np.array(data as Float32Array<ArrayBuffer>).reshape(shape);

function rows(library: Jax, { op, rows, cols }: RowCase, { x, targets }: RowInputs): Variant {
  const { jit, nn, valueAndGrad } = library;
  const labels = put(library, oneHot(targets, cols), [rows, cols]);
  const lossAndGradient = jit(valueAndGrad((z: Array, y: Array) => meanLoss(library, z, y, rows)));
  const functions = {
    softmax: jit((z: Array) => nn.softmax(z, -1)),
    logSoftmax: jit((z: Array) => nn.logSoftmax(z, -1)),
    logSumExp: jit((z: Array) => nn.logsumexp(z, -1)),
  };
  let last: ArrayLike<number>[] = [];
  return {
    run: () => {
      const z = put(library, x, [rows, cols]);
      const results = op === "crossEntropy" ? lossAndGradient(z, labels.ref) : [functions[op](z)];
      last = results.map((result) => result.dataSync());
    },
    outputs: () => last,
    dispose: () => labels.dispose(),
  };
}

function oneHot(targets: Int32Array, classes: number): Float32Array {
  const labels = new Float32Array(targets.length * classes);
  targets.forEach((target, row) => {
    labels[row * classes + target] = 1;
  });
  return labels;
}

/** z [B, 4H], gates i f g o. */
function cell({ nn, numpy: np }: Jax, z: Array, c: Array): [h: Array, c: Array] {
  const [i, f, g, o] = np.split(z, 4, 1);
  const next = nn
    .sigmoid(f)
    .mul(c)
    .add(nn.sigmoid(i).mul(np.tanh(g)));
  return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
}

function weightsOf(library: Jax, w: LstmInputs["w"], { I, H }: LstmCase) {
  const { kernel, recurrent, bias } = kerasWeights(w);
  return {
    kernel: put(library, kernel, [I, 4 * H]),
    recurrent: put(library, recurrent, [H, 4 * H]),
    bias: put(library, bias, [4 * H]),
  };
}

function stream(library: Jax, item: LstmCase, { w, x }: LstmInputs): Variant {
  const { jit, numpy: np } = library;
  const { kernel, recurrent, bias } = weightsOf(library, w, item);
  const step = jit((input: Array, h: Array, c: Array, wx: Array, wh: Array, b: Array) =>
    cell(library, np.matmul(input, wx).add(np.matmul(h, wh)).add(b), c),
  );
  let [h, c] = [np.zeros([1, item.H]), np.zeros([1, item.H])];
  let y: ArrayLike<number> = x;
  return {
    run: () => {
      [h, c] = step(put(library, x, [1, item.I]), h, c, kernel.ref, recurrent.ref, bias.ref);
      y = h.ref.dataSync();
    },
    outputs: () => [y],
    dispose: () => {
      for (const array of [kernel, recurrent, bias, h, c]) array.dispose();
    },
  };
}

/** The outputs of T steps [T, B, H]. The products with x are one for all steps. */
function unroll(library: Jax, x: Array, wx: Array, wh: Array, bias: Array, { T, B, H }: LstmCase): Array {
  const { numpy: np } = library;
  const inputs = np.unstack(
    np
      .matmul(x, wx)
      .add(bias)
      .reshape([T, B, 4 * H]),
  );
  let [h, c] = [np.zeros([B, H]), np.zeros([B, H])];
  const outputs = inputs.map((input) => {
    [h, c] = cell(library, input.add(np.matmul(h, wh.ref)), c);
    return h.ref;
  });
  for (const array of [h, c, wh]) array.dispose();
  return np.stack(outputs);
}

function sequence(library: Jax, item: LstmCase, { w, x }: LstmInputs): Variant {
  const { jit } = library;
  const { T, B, I } = item;
  const { kernel, recurrent, bias } = weightsOf(library, w, item);
  const forward = jit((input: Array, wx: Array, wh: Array, b: Array) => unroll(library, input, wx, wh, b, item));
  let y: ArrayLike<number> = x;
  return {
    run: () => {
      y = forward(put(library, x, [T * B, I]), kernel.ref, recurrent.ref, bias.ref).dataSync();
    },
    outputs: () => [y],
    dispose: () => {
      for (const array of [kernel, recurrent, bias]) array.dispose();
    },
  };
}

/** The whole step in one jit(). */
function train(library: Jax, item: LstmCase, { weights, x, targets }: TrainInputs): Variant {
  const { jit, numpy: np, valueAndGrad } = library;
  const { T, B, I, H, V } = item;
  const { kernel, recurrent, bias } = weightsOf(library, weights.lstm, item);
  bias.dispose();
  const head = [put(library, weights.linear.weight, [V, H]), put(library, weights.linear.bias, [V])];
  // two biases, as in PyTorch: Adam moves each
  const biases = [weights.lstm.biasIh, weights.lstm.biasHh].map((values) => put(library, values, [4 * H]));
  let params = [kernel, recurrent, ...biases, ...head];
  let [m, v] = [params, params].map((list) => list.map(({ shape }) => np.zeros(shape)));
  const labels = put(library, oneHot(targets, V), [T * B, V]);
  const lossOf = (input: Array, p: Array[], y: Array): Array => {
    const [wx, wh, b1, b2, weight, b3] = p;
    const hidden = unroll(library, input, wx, wh, b1.add(b2), item).reshape([T * B, H]);
    return meanLoss(library, np.matmul(hidden, np.transpose(weight)).add(b3), y, T * B);
  };
  const lossAndGradients = valueAndGrad(lossOf, { argnums: [0, 1] });
  const step = jit((input: Array, p: Array[], mean: Array[], square: Array[], y: Array, scale: Array) => {
    const copies = p.map((array) => array.ref);
    const [loss, [dx, gradients]] = lossAndGradients(input, copies, y) as unknown as [Array, [Array, Array[]]];
    return [loss, dx, ...adam(library, p, clip(library, gradients), mean, square, scale)] as const;
  });
  let steps = 0;
  let loss: ArrayLike<number> = [];
  return {
    run: () => {
      steps++;
      const scale = np.array(Float32Array.of(1 / (1 - 0.9 ** steps), 1 / (1 - 0.999 ** steps)));
      const input = put(library, x, [T * B, I]);
      const [value, dx, ...next] = step(input, params, m, v, labels.ref, scale);
      [params, m, v] = next as Array[][];
      dx.dispose();
      loss = value.dataSync();
    },
    outputs: () => [loss],
    dispose: () => {
      for (const array of [labels, ...params, ...m, ...v]) array.dispose();
    },
  };
}

function clip({ numpy: np }: Jax, gradients: Array[]): Array[] {
  const squares = gradients.map((g) => np.sum(np.square(g.ref)));
  const norm = np.sqrt(squares.reduce((a, b) => a.add(b)));
  const factor = np.minimum(np.reciprocal(norm.add(1e-6)).mul(TRAINING.maxNorm), 1);
  const clipped = gradients.map((g) => g.mul(factor.ref));
  factor.dispose();
  return clipped;
}

/** Parameters and both moments after a step; scale: 1 / (1 - beta^step) of the moments. */
function adam({ numpy: np }: Jax, p: Array[], g: Array[], m: Array[], v: Array[], scale: Array): Array[][] {
  const [first, second] = np.split(scale, 2);
  const mean = m.map((array, i) => array.mul(0.9).add(g[i].ref.mul(0.1)));
  const square = v.map((array, i) => array.mul(0.999).add(np.square(g[i]).mul(0.001)));
  const next = p.map((array, i) => {
    const root = np.sqrt(square[i].ref.mul(second.ref)).add(1e-8);
    return array.sub(mean[i].ref.mul(first.ref).mul(TRAINING.lr).div(root));
  });
  first.dispose();
  second.dispose();
  return [next, mean, square];
}
