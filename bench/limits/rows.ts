// softmax against its passes, short and masked rows, and the family of log-sum-exp against softmax.
import { softmax, tensor } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Run } from "../harness.js";
import type { Bed } from "./bed.js";
import { against, duration, type Group, rate, type Section, targeted } from "./figure.js";

const PASSES_SHARE = 0.93;
const MASKED_SHARE = 0.95;
const FAMILY_SHARE = 0.9;
const SHORT = { strict: { 1: 27, 1000: 15 }, relaxed: { 1: 25, 1000: 12 } };

interface Size {
  rows: number;
  cols: number;
}

const LONG: Size[] = [
  { rows: 32, cols: 1000 },
  { rows: 64, cols: 4096 },
  { rows: 8, cols: 131072 },
];

const label = ({ rows, cols }: Size): string => `${rows}x${cols}`;

export function softmaxRun(bed: Bed, { rows, cols }: Size, x: number): Run {
  const { kernels, rowScratch } = bed;
  const y = bed.place(4 * rows * cols);
  return () => kernels.softmax(y, x, rows, cols, cols, cols, 1, rowScratch);
}

function passes(size: Size) {
  return (bed: Bed): Group => {
    const { build, limits, rowScratch: scratch } = bed;
    const { rows, cols } = size;
    const x = bed.normals(rows * cols, 3);
    // as softmax has it: a result in another place, with exps in it
    const [y, ones] = [bed.place(4 * rows * cols), bed.put(new Float32Array(cols).fill(1))];
    const zeros = bed.put(new Float32Array(cols));
    const passes = {
      maximum: () => limits.topPass(x, rows, cols, scratch),
      reduce: () => limits.reducePass(y, x, rows, cols, 10, scratch),
      finish: () => limits.finishPass(zeros, rows, cols, scratch),
      sum: () => limits.sumPass(ones, rows, cols, scratch),
      scale: () => limits.scalePass(ones, rows, cols, 1),
    };
    const elements = rows * cols;
    const names = Object.keys(passes);
    return {
      runs: { ...passes, softmax: softmaxRun(bed, size, x) },
      figures: (timings) => {
        const sum = names.reduce((ns, name) => ns + timings[name].median, 0);
        const whole = rate({ name: "softmax", size: label(size), build }, "el/ns", elements, timings.softmax);
        const parts = names.map((name) =>
          rate({ name: `pass: ${name}`, size: label(size), build }, "el/ns", elements, timings[name]),
        );
        return [targeted(against(whole, elements / sum), "ratio", PASSES_SHARE), ...parts];
      },
    };
  };
}

const KERNEL = "kernel, a row";

/** Rows of 10 columns by the kernel, which has the target, and by a call of the library with tensors. */
function short(rows: 1 | 1000) {
  return (bed: Bed): Group => {
    const { build, sc } = bed;
    const size = { rows, cols: 10 };
    const values = new Random(rows).normals(rows * 10, 3);
    const [input, out] = [tensor(sc, [rows, 10], values), tensor(sc, [rows, 10])];
    const options = { out };
    const runs = {
      [KERNEL]: softmaxRun(bed, size, bed.put(values)),
      "call of tensors, a row": () => softmax(sc, input, options),
    };
    return {
      runs,
      figures: (timings) =>
        Object.keys(runs).map((name) => {
          const figure = duration({ name, size: label(size), build }, "ns", timings[name], rows);
          return name === KERNEL ? targeted(figure, "median", SHORT[build][rows]) : figure;
        }),
      dispose: () => {
        input.dispose();
        out.dispose();
      },
    };
  };
}

function masked(size: Size) {
  return (bed: Bed): Group => {
    const { build } = bed;
    const elements = size.rows * size.cols;
    const random = new Random(elements);
    const values = random.normals(elements, 3);
    const half = values.map((value) => (random.uniform() < 0.5 ? Number.NEGATIVE_INFINITY : value));
    const [whole, other] = [bed.put(values), bed.put(half)];
    return {
      runs: { unmasked: softmaxRun(bed, size, whole), masked: softmaxRun(bed, size, other) },
      figures: (timings) => {
        const figure = rate({ name: "softmax", size: label(size), build }, "el/ns", elements, timings.masked);
        return [targeted(against(figure, elements / timings.unmasked.median), "ratio", MASKED_SHARE)];
      },
    };
  };
}

function family(size: Size) {
  return (bed: Bed): Group => {
    const { build, kernels, rowScratch: scratch } = bed;
    const { rows, cols } = size;
    const elements = rows * cols;
    const x = bed.normals(elements, 3);
    const targets = bed.put(new Random(cols).ints(rows, cols));
    const y = bed.place(4 * elements);
    const others = {
      "log-softmax": () => kernels.logSoftmax(y, x, rows, cols, cols, cols, 1, scratch),
      "log-sum-exp": () => kernels.logSumExp(y, x, rows, cols, cols, 1, scratch),
      "cross-entropy + gradient": () =>
        kernels.crossEntropy(0, y, x, targets, 0, 0, rows, cols, cols, cols, -100, 0, 0, 1 / rows, 0, scratch),
    };
    return {
      runs: { softmax: softmaxRun(bed, size, x), ...others },
      figures: (timings) =>
        Object.keys(others).map((name) => {
          const figure = rate({ name, size: label(size), build }, "el/ns", elements, timings[name]);
          return targeted(against(figure, elements / timings.softmax.median), "ratio", FAMILY_SHARE);
        }),
    };
  };
}

export const rows: Section[] = [
  { title: "softmax, against the sum of its passes", groups: LONG.map(passes) },
  { title: "rows of 10 columns", groups: [short(1), short(1000)] },
  { title: "softmax of half masked rows, against unmasked", groups: LONG.map(masked) },
  { title: "log-softmax, log-sum-exp, cross-entropy, against softmax", groups: LONG.map(family) },
];
