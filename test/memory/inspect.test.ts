// What is seen of a tensor: console.log, String, iteration, JSON.
import { formatWithOptions, inspect } from "node:util";
import { expect, test } from "vitest";
import { type Softcell, type Tensor, tensor } from "../../src/index.js";
import { describe as described } from "../../src/memory/inspect.js";
import { describeEach } from "../support/backends.js";
import { grow, open } from "../support/instance.js";

const values = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i + 1);

test.each<[shape: number[], data: ArrayLike<number>, text: string]>([
  [[], [3.5], "[] 3.5"],
  [[3], [1, 2, 3], "[3] [1, 2, 3]"],
  [[2, 3], values(6), "[2, 3] [[1, 2, 3], [4, 5, 6]]"],
  [[2, 1, 2], values(4), "[2, 1, 2] [[[1, 2]], [[3, 4]]]"],
  [[0], [], "[0] []"],
  [[2, 0], [], "[2, 0] [[], []]"],
  [[0, 2], [], "[0, 2] []"],
  // nothing to show takes no time
  [[2 ** 28, 0], [], "[268435456, 0] [[], [], [], ..., [], [], []]"],
  // what a float32 keeps of a decimal number, and integers in full
  [[5], Float32Array.of(0.1, 1 / 3, -1e-20, 16777213, -2e9), "[5] [0.1, 0.333333, -1e-20, 16777213, -2000000000]"],
  [[4], [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0], "[4] [NaN, Infinity, -Infinity, 0]"],
  [[101], values(101), "[101] [1, 2, 3, ..., 99, 100, 101]"],
  [[51, 2], values(102), "[51, 2] [[1, 2], [3, 4], [5, 6], ..., [97, 98], [99, 100], [101, 102]]"],
  [
    [3, 34],
    values(102),
    "[3, 34] [[1, 2, 3, ..., 32, 33, 34], [35, 36, 37, ..., 66, 67, 68], [69, 70, 71, ..., 100, 101, 102]]",
  ],
])("describe(%j)", (shape, data, text) => {
  expect(described(shape, data)).toBe(text);
});

test("100 elements are shown in full", () => {
  expect(described([10, 10], values(100))).toBe(
    `[10, 10] [${Array.from(
      { length: 10 },
      (_, i) =>
        `[${values(100)
          .slice(10 * i, 10 * i + 10)
          .join(", ")}]`,
    ).join(", ")}]`,
  );
});

describeEach(["strict", "js"], (target) => {
  const made = (): [Softcell, Tensor] => {
    const sc = open(target);
    return [sc, tensor(sc, [2, 3], values(6))];
  };

  test("console.log shows shape and elements, also of a tensor within something", () => {
    const [, x] = made();
    const text = "Tensor [2, 3] [[1, 2, 3], [4, 5, 6]]";
    expect(inspect(x)).toBe(text);
    expect(formatWithOptions({}, "%s and %o", x, { x })).toBe(`${text} and { x: ${text} }`);
    expect([String(x), `${x}`]).toEqual([text, text]);
  });

  test("one that is disposed says so", () => {
    const [sc, x] = made();
    const y = tensor(sc, [2]);
    x.dispose();
    expect(inspect([x])).toBe("[ Tensor [2, 3] (disposed) ]");
    sc.dispose();
    expect(String(y)).toBe("Tensor [2] (disposed)");
    expect(() => JSON.stringify(x)).toThrow("this instance is disposed");
    expect(() => [...y]).toThrow("this instance is disposed");
  });

  test("iteration gives the elements as they were when it began, though the memory grows", () => {
    const [sc, x] = made();
    const seen: number[] = [];
    for (const value of x) {
      if (seen.length === 2) grow(sc);
      x.data[5] = 9;
      seen.push(value);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Float32Array.from(x)).toEqual(x.data);
    expect([...tensor(sc, [0, 3])]).toEqual([]);
  });

  test("JSON has nested arrays, null for what it has no number for, and every element", () => {
    const [sc, x] = made();
    expect(JSON.stringify({ x })).toBe('{"x":[[1,2,3],[4,5,6]]}');
    expect(JSON.stringify(tensor(sc, [3], Float32Array.of(Number.NaN, 0.5, Number.POSITIVE_INFINITY)))).toBe(
      "[null,0.5,null]",
    );
    expect(JSON.parse(JSON.stringify(tensor(sc, [500, 3]))).flat()).toEqual(Array(1500).fill(0));
    expect([tensor(sc, []), tensor(sc, [2, 0])].map((each) => JSON.stringify(each))).toEqual(["0", "[[],[]]"]);
  });

  test("nothing of the heap can be seen", () => {
    const [, x] = made();
    expect(Reflect.ownKeys(x).sort()).toEqual(["dispose", "length", "shape"]);
  });
});
