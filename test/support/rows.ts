// Rows on which the softmax family is measured, and its kernels as functions of them.
import { ROW_SCRATCH } from "../../src/contract.js";
import type { Target } from "./backends.js";
import { ROWS, readBounds } from "./bounds.js";
import { Image } from "./image.js";
import type * as oracle from "./oracle/kernels.js";
import { Random } from "./random.js";
import { floats, kernelsOf, type Numbers } from "./worst.js";

const SCRATCH = ROW_SCRATCH >> 2;
const BOUNDS = readBounds(ROWS);

export type Reduction = NonNullable<oracle.CrossEntropyOptions["reduction"]>;

export interface Matrix {
  x: Float32Array;
  rows: number;
  cols: number;
}

/** The worst rows that a random search found for logSoftmax, logSumExp, softmax and crossEntropy. */
const HARD = [
  [5.8976393, 0.65310013, -4.7069793, 15.618036],
  [0.0010342598, -2.031652, -8.414614],
  [
    5.1495852, 5.453375, 6.2615695, 3.6833436, 10.248283, 5.5021496, 8.776848, 5.9494166, 3.2357101, 2.6040533,
    0.5483389, 6.597433, 16.23444, 11.617241, 1.6220214, 2.4611647, -0.65261745, 3.982541, 6.526792, 10.1940975,
    5.2145824, 3.5842059, 2.947469, -0.6724644,
  ],
  [
    -7.4513135, -6.728329, 7.632884, -9.204747, 5.0225897, -10.82905, -4.6675835, -2.6552837, 0.28255987, -3.1244133,
    17.632378, -10.012947, -7.1011405, -0.77327824, -15.557081, -0.8854146, -8.070695, -1.4744136, -8.311905,
    -4.3375397, 5.1501646, 2.9684262, -2.4471426, -16.61747,
  ],
];

/** Rows of normal numbers around an offset, added in float32. */
export const CASES = HARD.map((row, i) => ({
  what: `hard row ${i}`,
  x: Float32Array.from(row),
  rows: 1,
  cols: row.length,
}));
{
  const random = new Random(1);
  for (const deviation of [1, 3, 20]) {
    for (const offset of [0, 1000, -2000]) {
      for (const cols of [1, 2, 3, 5, 10, 17, 33, 100, 1000, 4096, ...(offset ? [] : [131072])]) {
        const rows = Math.ceil(Math.min(1000, 8192 / cols));
        const x = random.normals(rows * cols, deviation).map((v) => v + offset);
        CASES.push({ what: `${rows} x ${cols}, deviation ${deviation}, offset ${offset}`, x, rows, cols });
      }
    }
  }
}
export const SHORT = CASES.filter(({ cols }) => cols <= 1000);
/** Of most 1 / temperature is no float32. */
export const TEMPERATURES = [
  0.7,
  1.5,
  3,
  10,
  -0.3,
  ...Array.from(new Random(2).floats(4, 0.1, 5), (t) => t + 2 ** -30),
];

/** The kernels of a backend, and what they promise in ULP. */
export function rowKernels(target: Target) {
  const call = kernelsOf(target);
  const boundOf = (name: string): number => BOUNDS.get(name)!.bound[target === "relaxed" ? "relaxed" : "strict"];

  /** softmax or logSoftmax in place. */
  function rowKernel(kernel: "softmax" | "logSoftmax", { x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    call(image, kernel, [at, at, rows, cols, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, at, x.length);
  }

  function logSumExp({ x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const lse = image.place(rows);
    call(image, "logSumExp", [lse, at, rows, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, lse, rows);
  }

  function logSumExpBackward(dlse: Numbers, { x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const scratch = image.putScratch(SCRATCH);
    call(image, "logSumExpBackward", [at, image.put(dlse), at, rows, cols, cols, cols, beta, scratch]);
    return floats(image, at, x.length);
  }

  /** softmaxBackward or logSoftmaxBackward, dx over dy. */
  function backward(
    kernel: "softmaxBackward" | "logSoftmaxBackward",
    dy: Numbers,
    y: Numbers,
    rows: number,
    cols: number,
    beta = 1,
  ): Float32Array {
    const image = new Image();
    const at = image.put(dy);
    const scratch = image.putScratch(SCRATCH);
    call(image, kernel, [at, at, image.put(y), rows, cols, cols, cols, cols, beta, scratch]);
    return floats(image, at, dy.length);
  }

  /** crossEntropy with the gradient over the logits, reduced as src/ops does. */
  function crossEntropy({ x, rows, cols }: Matrix, targets: Numbers, options: oracle.CrossEntropyOptions) {
    const { weight, dloss, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean", zLoss = 0 } = options;
    const none = reduction === "none";
    const image = new Image();
    const at = image.put(x);
    const loss = image.place(rows);
    const inputs = [image.putInts(targets), weight ? image.put(weight) : 0, dloss && none ? image.put(dloss) : 0];
    let norm = reduction === "mean" ? 0 : 1;
    if (reduction === "mean")
      for (const t of Array.from(targets)) if (t !== ignoreIndex) norm += weight ? weight[t] : 1;
    const flags = [ignoreIndex, labelSmoothing, zLoss, (dloss && !none ? dloss[0] : 1) / norm, 0];
    const args = [loss, at, at, ...inputs, rows, cols, cols, cols, ...flags, image.putScratch(SCRATCH)];
    const sum = call(image, "crossEntropy", args) as number;
    const losses = none ? floats(image, loss, rows) : Float32Array.of(sum / norm);
    return { loss: losses, dlogits: floats(image, at, x.length) };
  }

  return { boundOf, rowKernel, logSumExp, logSumExpBackward, backward, crossEntropy };
}
