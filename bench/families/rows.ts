// Rows of a matrix and single elements, in linear memory: tensors in, a tensor out.
import type { Softcell, Tensor } from "../../src/index.js";
import { Random } from "../../test/random.js";
import type { Case, Variant } from "../cases.js";
import * as elementwise from "../plain/elementwise.js";
import { crossEntropy, logSoftmax, logSumExp, softmax } from "../plain/softmax.js";

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

const ELEMENTS = 4096;

const ROW_OPS = { softmax, logSoftmax, logSumExp };
const ELEMENT_OPS = { ...elementwise };

type RowOp = keyof typeof ROW_OPS;
type ElementOp = keyof typeof ELEMENT_OPS;

const TITLES = { softmax: "softmax", logSoftmax: "log-softmax", logSumExp: "log-sum-exp" };

function logits({ rows, cols }: Size): Float32Array {
  return new Random(rows + cols).normals(rows * cols, 3);
}

function rowCase(op: RowOp, size: Size): Case {
  const { rows, cols, floors } = size;
  const outputShape = op === "logSumExp" ? [rows] : [rows, cols];
  return {
    family: "rows",
    name: TITLES[op],
    size: `${rows}x${cols}`,
    floors,
    bound: { relative: 1e-6, absolute: op === "softmax" ? 0 : 1e-7 },
    library: (sc) => libraryOp(sc, op, sc.tensor([rows, cols], logits(size)), sc.tensor(outputShape)),
    plain: () => {
      const x = logits(size);
      const y = new Float32Array(outputShape.reduce((n, axis) => n * axis));
      return { run: () => ROW_OPS[op](y, x, rows, cols), outputs: () => [y] };
    },
  };
}

function libraryOp(sc: Softcell, op: RowOp | ElementOp, x: Tensor, out: Tensor): Variant {
  const options = { out };
  return {
    run: () => sc[op](x, options),
    outputs: () => [out.data],
    dispose: () => {
      x.dispose();
      out.dispose();
    },
  };
}

function crossEntropyCase(size: Size): Case {
  const { rows, cols, floors } = size;
  const targetsOf = () => new Random(cols).ints(rows, cols);
  return {
    family: "rows",
    name: "cross-entropy + gradient",
    size: `${rows}x${cols}`,
    floors,
    bound: { relative: 2e-6, absolute: 1e-7 },
    library: (sc) => {
      const [x, out] = [sc.tensor([rows, cols], logits(size)), sc.tensor([rows, cols])];
      const targets = targetsOf();
      const options = { out };
      let loss = 0;
      return {
        run: () => {
          loss = sc.crossEntropy(x, targets, options).loss;
        },
        outputs: () => [Float32Array.of(loss), out.data],
        dispose: () => {
          x.dispose();
          out.dispose();
        },
      };
    },
    plain: () => {
      const [x, targets] = [logits(size), targetsOf()];
      const y = new Float32Array(rows * cols);
      let loss = 0;
      return {
        run: () => {
          loss = crossEntropy(y, x, targets, rows, cols);
        },
        outputs: () => [Float32Array.of(loss), y],
      };
    },
  };
}

function elementCase(op: ElementOp): Case {
  const [from, to] = op.startsWith("log") && op !== "logSigmoid" ? [0.01, 100] : [-8, 8];
  const input = () => new Random(ELEMENTS).floats(ELEMENTS, from, to);
  return {
    family: "rows",
    name: op,
    size: `${ELEMENTS}`,
    bound: { relative: 1e-6, absolute: 1e-7 },
    library: (sc) => libraryOp(sc, op, sc.tensor([ELEMENTS], input()), sc.tensor([ELEMENTS])),
    plain: () => {
      const [x, y] = [input(), new Float32Array(ELEMENTS)];
      return { run: () => ELEMENT_OPS[op](y, x), outputs: () => [y] };
    },
  };
}

export const rows: Case[] = [
  ...SOFTMAX.map((size) => rowCase("softmax", size)),
  ...OTHERS.map((size) => rowCase("logSoftmax", size)),
  ...OTHERS.map((size) => rowCase("logSumExp", size)),
  ...CROSS_ENTROPY.map(crossEntropyCase),
  ...(Object.keys(ELEMENT_OPS) as ElementOp[]).map(elementCase),
];
