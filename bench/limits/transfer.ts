// What a call of the library costs over its kernel: one row of softmax from tensors, and from array to array.
import type { Heap } from "../../src/memory/heap.js";
import { pointerOf } from "../../src/memory/tensor.js";
import { Random } from "../../test/random.js";
import type { Row } from "../harness.js";
import type { Bed } from "./bed.js";
import type { Figure, Group, Section } from "./figure.js";
import { SIZES } from "./machine.js";

function overhead(n: number) {
  return ({ build, sc }: Bed): Group => {
    const array = new Random(n).normals(n, 3);
    const [input, out] = [sc.tensor([n], array), sc.tensor([n])];
    const [toTensor, toArray] = [{ out }, { out: new Float32Array(n) }];
    // on the memory of the tensors: the same kernel on another one differs by up to 13 %
    const heap: Heap = Reflect.get(sc, "heap");
    const { kernels, rowScratch } = heap;
    const [x, y] = [pointerOf(heap, input), pointerOf(heap, out)];
    const calls = {
      "tensor to tensor": () => sc.softmax(input, toTensor),
      "array to array, out reused": () => sc.softmax(array, toArray),
      "array to new array": () => sc.softmax(array),
    };
    const figure = (name: string, row: Row, kernel: number): Figure => {
      const [value, p25, p75] = [row.median, row.p25, row.p75].map((ns) => ns - kernel);
      return { name, size: `${n}`, build, unit: "ns", value, p25, p75, samples: row.samples };
    };
    return {
      runs: { kernel: () => kernels.softmax(y, x, 1, n, n, n, 1, rowScratch), ...calls },
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
