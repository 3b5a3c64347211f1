// What a call of the library costs over its kernel, from tensors and from arrays, beside the copies that arrays need.
import { crossEntropy, type Floats, logSoftmax, type Softcell, sigmoid, softmax, tensor } from "../../src/index.js";
import type { Heap } from "../../src/memory/heap.js";
import { Random } from "../../test/support/random.js";
import type { Row, Run } from "../harness.js";
import type { Bed } from "./bed.js";
import { against, duration, type Figure, type Group, type Section, targeted } from "./figure.js";
import { SIZES } from "./machine.js";

/** A call of the library on one row or array, and of its kernel on n elements in linear memory. */
interface Callee {
  name: string;
  call(sc: Softcell, x: Floats, options?: { out: Floats }): unknown;
  kernel(heap: Heap, y: number, x: number, n: number): Run;
}

const FIRST = new Int32Array(1);

const CALLEES: Callee[] = [
  {
    name: "softmax",
    call: (sc, x, options) => softmax(sc, x, options),
    kernel: ({ kernels, rowScratch }, y, x, n) => {
      return () => kernels.softmax(y, x, 1, n, n, n, 1, rowScratch);
    },
  },
  {
    name: "log-softmax",
    call: (sc, x, options) => logSoftmax(sc, x, options),
    kernel: ({ kernels, rowScratch }, y, x, n) => {
      return () => kernels.logSoftmax(y, x, 1, n, n, n, 1, rowScratch);
    },
  },
  {
    name: "cross-entropy + gradient",
    call: (sc, x, options) => crossEntropy(sc, x, FIRST, options),
    // the target, 0, is behind the result
    kernel: ({ kernels, rowScratch }, y, x, n) => {
      return () => kernels.crossEntropy(0, y, x, y + 4 * n, 0, 0, 1, n, n, n, -100, 0, 0, 1, 0, rowScratch);
    },
  },
  {
    name: "sigmoid",
    call: (sc, x, options) => sigmoid(sc, x, options),
    kernel: ({ kernels }, y, x, n) => {
      return () => kernels.sigmoid(y, x, n);
    },
  },
];

const TENSORS = "tensor to tensor";
const REUSED = "array to array, out reused";
const NEW = "array to new array";

/** Nanoseconds of softmax over its kernel; with `out` from the arrays too, which is to cost less than a new one. */
const WANTED: Partial<Record<string, Partial<Record<number, number>>>> = {
  [TENSORS]: { 10: 60 },
  [REUSED]: { 10: 90, 128: 130, 1000: 180, 32768: 6000 },
  [NEW]: { 10: 90 },
};

function overhead({ name, call, kernel }: Callee, n: number) {
  return ({ build, sc }: Bed): Group => {
    const array = new Random(n).normals(n, 3);
    const [input, out] = [tensor(sc, [n], array), tensor(sc, [n + 1])];
    const [toTensor, toArray] = [{ out: tensor(sc, [n]) }, { out: new Float32Array(n) }];
    // the part that has the kernel is linked by the first call
    call(sc, input, toTensor);
    // on the memory of the tensors: the same kernel on another one differs by up to 13 %
    const heap: Heap = Reflect.get(sc, "heap");
    const [x, y] = [input.pointer, out.pointer];
    const view = input.data;
    let kept = array;
    const figure = (form: string, row: Row, under: number, copies?: Row): Figure => {
      const [median, p25, p75] = [row.median, row.p25, row.p75].map((ns) => ns - under);
      const bare = duration({ name: `${name}, ${form}`, size: `${n}`, build }, "ns", { ...row, median, p25, p75 });
      const wanted = name === "softmax" ? WANTED[form]?.[n] : undefined;
      const beside = copies ? against(bare, copies.median) : bare;
      return wanted === undefined ? beside : targeted(beside, "median", wanted);
    };
    return {
      runs: {
        kernel: kernel(heap, y, x, n),
        copies: () => {
          view.set(array);
          toArray.out.set(view);
        },
        copiesToNew: () => {
          view.set(array);
          kept = new Float32Array(n);
          kept.set(view);
        },
        [TENSORS]: () => call(sc, input, toTensor),
        [REUSED]: () => call(sc, array, toArray),
        [NEW]: () => call(sc, array),
      },
      figures: (rows) => [
        figure(TENSORS, rows[TENSORS], rows.kernel.median),
        figure(REUSED, rows[REUSED], rows.kernel.median, rows.copies),
        figure(NEW, rows[NEW], rows.kernel.median, rows.copiesToNew),
      ],
      dispose: () => {
        for (const tensor of [input, out, toTensor.out]) tensor.dispose();
      },
    };
  };
}

export const overheads: Section[] = CALLEES.map((callee) => ({
  title: `a call of ${callee.name}, over its kernel; limit: its copies`,
  once: true,
  groups: SIZES.map((n) => overhead(callee, n)),
}));
