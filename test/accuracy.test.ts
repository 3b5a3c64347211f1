// Every kernel against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst case of each test.
import { expect, test } from "vitest";
import {
  BACKWARD_ROWS, FORWARD_ROWS, gemmTNScratch, type KernelName, lstmBackwardScratch, packedSize, ROW_SCRATCH,
} from "../src/contract.js";
import { describeEach } from "./backends.js";
import { edges } from "./cases.js";
import { Image } from "./image.js";
import * as oracle from "./oracle.js";
import { Random } from "./random.js";
import { ulpError } from "./ulp.js";

type Numbers = ArrayLike<number>;

const SCRATCH = ROW_SCRATCH >> 2;
const MIN_NORMAL = 2 ** -126;

/** What one rounding adds at most, relative to its result. One ULP is U to 2 U of a number. */
const U = 2 ** -24;

/** The worst error of a test and where it was. */
class Worst {
  private error = 0;
  private where = "";

  /** Compares two arrays; error(i) is in ULP where nothing else is said. */
  compare(what: string, got: Numbers, want: Numbers, error = (i: number) => ulpError(got[i], want[i])): void {
    expect(got.length, what).toBe(want.length);
    for (let i = 0; i < got.length; i++) {
      const e = error(i);
      if (e <= this.error) continue;
      this.error = Number.isNaN(e) ? Number.POSITIVE_INFINITY : e;
      this.where = `${what}, element ${i}: got ${got[i]}, want ${want[i]}`;
    }
  }

  /** Compares two arrays; the error is relative to a bound of each element. */
  within(what: string, got: Numbers, want: Numbers, bound: (i: number) => number): void {
    this.compare(what, got, want, (i) => (got[i] === want[i] ? 0 : Math.abs(got[i] - want[i]) / bound(i)));
  }

  expectAtMost(bound: number): void {
    if (process.env.FIGURES) console.log(`${expect.getState().currentTestName}: ${this.error} (${this.where})`);
    expect(this.error, this.where).toBeLessThanOrEqual(bound);
  }
}

/** In ULP; a result below 2^-126 may be flushed to 0. */
function ulpOrFlushed(got: number, want: number): number {
  if (Math.abs(want) >= MIN_NORMAL) return ulpError(got, want);
  return Math.abs(got - want) <= MIN_NORMAL ? 0 : Number.POSITIVE_INFINITY;
}

const largest = (values: Numbers): number => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
const floats = (image: Image, at: number, n: number): Float32Array => new Float32Array(image.buffer, at, n).slice();
const round4 = (n: number): number => (n + 3) & ~3;

interface Rows {
  what: string;
  x: Float32Array;
  rows: number;
  cols: number;
}

/** Rows of normal numbers around an offset, added in float32. */
const CASES: Rows[] = [];
{
  const random = new Random(1);
  for (const deviation of [1, 3, 20]) {
    for (const offset of [0, 1000, -2000]) {
      for (const cols of [1, 2, 3, 5, 10, 17, 33, 100, 1000, 4096, 131072]) {
        const rows = Math.ceil(Math.min(1000, 12288 / cols));
        const x = random.normals(rows * cols, deviation).map((v) => v + offset);
        CASES.push({ what: `${rows} x ${cols}, deviation ${deviation}, offset ${offset}`, x, rows, cols });
      }
    }
  }
}
const SHORT = CASES.filter(({ cols }) => cols <= 1000);

describeEach(["strict", "relaxed", "js"], (target) => {
  /** Runs a kernel; the image then holds what it left. */
  function call(image: Image, kernel: KernelName, args: number[]): unknown {
    const { memory, value } = image.run(target, kernel, args);
    new Uint8Array(image.buffer).set(new Uint8Array(memory));
    return value;
  }

  type Elementwise = "exp" | "log" | "sigmoid" | "tanh";

  function elementwise(kernel: Elementwise, x: Numbers): Float32Array {
    const image = new Image();
    const at = image.put(x);
    call(image, kernel, [at, at, x.length]);
    return floats(image, at, x.length);
  }

  test.each([
    ["exp", Math.exp, target === "relaxed" ? 1.05 : 1],
    ["log", Math.log, 1],
    ["sigmoid", oracle.sigmoid, 1.5],
    ["tanh", Math.tanh, 1.06],
  ] as const)("%s", (kernel, f, bound) => {
    const worst = new Worst();
    const bits = Uint32Array.from({ length: Math.floor(2 ** 32 / 4099) }, (_, i) => i * 4099);
    const swept = new Float32Array(bits.buffer);
    const inputs = [edges(new Random(2), 100_000)];
    for (let i = 0; i < swept.length; i += 200_000) inputs.push(swept.subarray(i, i + 200_000));
    for (const x of inputs) {
      const got = elementwise(kernel, x);
      const want = Float64Array.from(x, f);
      worst.compare(kernel, got, want);
    }
    worst.expectAtMost(bound);
  });

  const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
  const DENORMAL = 2 ** -149;

  test.each([
    ["exp", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, 89, -104], [1, 1, 1, 1, INF, 0, NAN, INF, 0]],
    ["log", [1, 0, -0, INF, NINF, NAN, -1, -DENORMAL], [0, NINF, NINF, INF, NAN, NAN, NAN, NAN]],
    ["sigmoid", [0, -0, DENORMAL, INF, NINF, NAN, 20, -110], [0.5, 0.5, 0.5, 1, 0, NAN, 1, 0]],
    ["tanh", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, 9.5], [0, -0, DENORMAL, -DENORMAL, 1, -1, NAN, 1]],
  ] as [Elementwise, number[], number[]][])("%s at the edges", (kernel, x, want) => {
    expect([...elementwise(kernel, x)]).toEqual(want); // toEqual tells -0 from 0
  });

  test("scale, probeMadd, copySteps", () => {
    const random = new Random(3);
    const image = new Image();
    const x = random.normals(101);
    const at = image.put(x);
    call(image, "scale", [at, at, 101, 0.3]);
    expect(floats(image, at, 101)).toEqual(x.map((v) => v * Math.fround(0.3)));

    const [a, b, c] = [1 + 2 ** -12, 1 + 2 ** -12, -1];
    const fused = Math.fround(a * b + c);
    const twice = Math.fround(Math.fround(a * b) + c);
    expect(target === "relaxed" ? [fused, twice] : [twice]).toContain(call(image, "probeMadd", [a, b, c]));

    const [T, B, cols, width] = [3, 2, 5, 8];
    const from = image.put(x.subarray(0, T * B * cols));
    const to = image.place(T * B * width);
    const lengths = image.putInts([3, 1]);
    call(image, "copySteps", [to, from, lengths, T, B, cols, width, B * width, width, B * cols, cols]);
    for (let row = 0; row < T * B; row++) {
      const valid = row % B === 0 || row < B;
      const want = Array.from({ length: width }, (_, k) => (valid && k < cols ? x[row * cols + k] : 0));
      expect([...floats(image, to + 4 * row * width, width)]).toEqual(want);
    }
  });

  /** softmax or logSoftmax in place. */
  function rowKernel(kernel: "softmax" | "logSoftmax", { x, rows, cols }: Omit<Rows, "what">, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    call(image, kernel, [at, at, rows, cols, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, at, x.length);
  }

  function logSumExp({ x, rows, cols }: Omit<Rows, "what">, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const lse = image.place(rows);
    call(image, "logSumExp", [lse, at, rows, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, lse, rows);
  }

  function logSumExpBackward(dlse: Numbers, { x, rows, cols }: Omit<Rows, "what">, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const scratch = image.putScratch(SCRATCH);
    call(image, "logSumExpBackward", [at, image.put(dlse), at, rows, cols, cols, cols, beta, scratch]);
    return floats(image, at, x.length);
  }

  /** softmaxBackward or logSoftmaxBackward, dx over dy. */
  function backward(
    kernel: "softmaxBackward" | "logSoftmaxBackward", dy: Numbers, y: Numbers, rows: number, cols: number, beta = 1,
  ): Float32Array {
    const image = new Image();
    const at = image.put(dy);
    const scratch = image.putScratch(SCRATCH);
    call(image, kernel, [at, at, image.put(y), rows, cols, cols, cols, cols, beta, scratch]);
    return floats(image, at, dy.length);
  }

  test("softmax", () => {
    const worst = new Worst();
    for (const { what, ...c } of CASES) {
      const got = rowKernel("softmax", c);
      const want = oracle.softmax(c.x, c.rows, c.cols);
      worst.compare(what, got, want, (i) => ulpOrFlushed(got[i], want[i]));
    }
    worst.expectAtMost(4);
  });

  test("logSoftmax", () => {
    const worst = new Worst();
    for (const { what, ...c } of CASES) {
      worst.compare(what, rowKernel("logSoftmax", c), oracle.logSoftmax(c.x, c.rows, c.cols));
    }
    worst.expectAtMost(2.5);
  });

  /** The largest |beta x| of each row that is not below the others, as float64. */
  const tops = ({ x, rows, cols }: Omit<Rows, "what">, beta: number): number[] =>
    Array.from({ length: rows }, (_, r) => {
      let m = NINF;
      for (let c = 0; c < cols; c++) m = Math.max(m, beta * x[r * cols + c]);
      return m;
    });

  test("logSumExp", () => {
    const worst = new Worst();
    for (const { what, ...c } of CASES) {
      const got = logSumExp(c);
      const want = oracle.logSumExp(c.x, c.rows, c.cols);
      const m = tops(c, 1);
      // in ULP of the larger of m and lse: where m + L cancels, no float32 m and L could do better
      worst.compare(what, got, want, (r) => {
        const error = ulpError(got[r], want[r]);
        return Math.abs(m[r]) > Math.abs(want[r]) ? (Math.abs(got[r] - want[r]) / ulp32(m[r])) : error;
      });
    }
    worst.expectAtMost(1);
  });
});
