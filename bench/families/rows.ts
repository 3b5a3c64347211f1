// Functions of the rows of a matrix with their gradients.
import * as softcell from "../../src/index.js";
import { crossEntropy } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case } from "../cases.js";
import * as softmax from "../plain/softmax.js";
import { tensorCase } from "../tensors.js";

interface Size {
  rows: number;
  cols: number;
  floors?: Case["floors"];
}

const SOFTMAX: Size[] = [
  { rows: 1, cols: 10 },
  { rows: 1000, cols: 10 },
  { rows: 1, cols: 128 },
  { rows: 32, cols: 1000, floors: { strict: 15, twin: 1.2 } },
  { rows: 64, cols: 4096 },
  { rows: 8, cols: 131072 },
];

const OTHERS: Size[] = [
  { rows: 32, cols: 1000 },
  { rows: 64, cols: 4096 },
];

const CROSS_ENTROPY: Size[] = [
  { rows: 32, cols: 1000 },
  { rows: 64, cols: 4096, floors: { strict: 14 } },
];

const TITLES = { softmax: "softmax", logSoftmax: "log-softmax", logSumExp: "log-sum-exp" };

function logits({ rows, cols }: Size): Float32Array {
  return new Random(rows + cols).normals(rows * cols, 3);
}

const plain = { ...softmax };

const label = ({ rows, cols }: Size): string => `${rows}x${cols}`;

export function rowCase(op: keyof typeof TITLES, size: Size): Case {
  const { rows, cols, floors } = size;
  return tensorCase({
    family: "rows",
    name: TITLES[op],
    size: label(size),
    floors,
    bound: { relative: 1e-6, absolute: op === "softmax" ? 0 : 1e-7 },
    inputs: () => [[[rows, cols], logits(size)]],
    shape: op === "logSumExp" ? [rows] : [rows, cols],
    library: (sc, [x], options) => {
      return () => softcell[op](sc, x, options);
    },
    plain: (y, [x]) => {
      return () => plain[op](y, x, rows, cols);
    },
  });
}

export function crossEntropyCase(size: Size): Case {
  const { rows, cols, floors } = size;
  const targets = new Random(cols).ints(rows, cols);
  return tensorCase({
    family: "rows",
    name: "cross-entropy + gradient",
    size: label(size),
    floors,
    bound: { relative: 2e-6, absolute: 1e-7 },
    inputs: () => [[[rows, cols], logits(size)]],
    shape: [rows, cols],
    library: (sc, [x], options) => {
      return () => crossEntropy(sc, x, targets, options).loss;
    },
    plain: (dx, [x]) => {
      return () => softmax.crossEntropy(dx, x, targets, rows, cols);
    },
  });
}

/** The gradients, and what their second argument is of the logits. */
const GRADIENTS = {
  softmaxBackward: softmax.softmax,
  logSoftmaxBackward: softmax.logSoftmax,
  logSumExpBackward: undefined,
} as const;

function gradientCase(op: keyof typeof GRADIENTS): Case {
  const size = OTHERS[0];
  const { rows, cols } = size;
  const first = op === "logSumExpBackward" ? [rows] : [rows, cols];
  return tensorCase({
    family: "rows",
    name: op,
    size: label(size),
    bound: { relative: 2e-6, absolute: 1e-6 },
    inputs: () => {
      const x = logits(size);
      GRADIENTS[op]?.(x, x, rows, cols);
      return [
        [first, new Random(1).normals(first.reduce((n, axis) => n * axis, 1))],
        [[rows, cols], x],
      ];
    },
    shape: [rows, cols],
    library: (sc, [dy, x], options) => {
      const given = { ...options, [op === "logSumExpBackward" ? "x" : "y"]: x } as never;
      return () => softcell[op](sc, dy, given);
    },
    plain: (dx, [dy, x]) => {
      return () => plain[op](dx, dy, x, rows, cols);
    },
  });
}

export const rows: Case[] = [
  ...SOFTMAX.map((size) => rowCase("softmax", size)),
  ...OTHERS.map((size) => rowCase("logSoftmax", size)),
  ...OTHERS.map((size) => rowCase("logSumExp", size)),
  ...CROSS_ENTROPY.map(crossEntropyCase),
  ...(Object.keys(GRADIENTS) as (keyof typeof GRADIENTS)[]).map(gradientCase),
];
