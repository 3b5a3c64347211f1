// What a call of the library costs over its kernel: one row of softmax from tensors, and from array to array.
import type { Row } from "../harness.js";
import type { Bed } from "./bed.js";
import type { Figure, Group, Section } from "./figure.js";
import { SIZES } from "./machine.js";
import { softmaxRun } from "./rows.js";

function overhead(n: number) {
  return (bed: Bed): Group => {
    const { sc, build } = bed;
    const x = bed.normals(n, 3);
    const array = new Float32Array(bed.buffer, x, n).slice();
    const [input, out] = [sc.tensor([n], array), sc.tensor([n])];
    const [toTensor, toArray] = [{ out }, { out: new Float32Array(n) }];
    const calls = {
      "tensor to tensor": () => sc.softmax(input, toTensor),
      "array to array, out reused": () => sc.softmax(array, toArray),
      "array to new array": () => sc.softmax(array),
    };
    const figure = (name: string, row: Row, kernel: number): Figure => {
      const [value, p25, p75] = [row.median, row.p25, row.p75].map((ns) => ns - kernel);
      return { name, size: `${n}`, build, unit: "ns", value, p25, p75 };
    };
    return {
      runs: { kernel: softmaxRun(bed, { rows: 1, cols: n }, x), ...calls },
      figures: ({ kernel, ...rows }) => Object.entries(rows).map(([name, row]) => figure(name, row, kernel.median)),
      dispose: () => {
        input.dispose();
        out.dispose();
      },
    };
  };
}

export const transfer: Section[] = [
  { title: "a call of softmax, over its kernel", once: true, groups: SIZES.map(overhead) },
];
