// What must change no bit: the batch, the pieces of a sequence, streaming, how many rows are taken at a time.
import { expect, test } from "vitest";
import { gemmTNScratch, type KernelName, packedSize, ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { infer, type Options, stream, train } from "../support/lstm/kernels.js";
import { Random } from "../support/random.js";

type Numbers = ArrayLike<number>;

const SCRATCH = ROW_SCRATCH >> 2;
const floats = (image: Image, at: number, n: number): Float32Array => new Float32Array(image.buffer, at, n).slice();

/** The same bits; NaN is NaN whatever its payload. */
function expectSame(what: string, got: Numbers, want: Numbers): void {
  expect(got.length, what).toBe(want.length);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], want[i])) expect.fail(`${what}, element ${i}: ${got[i]} and ${want[i]}`);
  }
}

function expectAllSame(what: string, got: Record<string, Numbers>, want: Record<string, Numbers>): void {
  for (const [name, values] of Object.entries(want)) expectSame(`${what}: ${name}`, got[name], values);
}

const SMALL = [
  { T: 7, B: 1, I: 1, H: 1 },
  { T: 5, B: 3, I: 5, H: 4 },
  { T: 6, B: 2, I: 8, H: 13 },
  { T: 5, B: 20, I: 3, H: 5 },
  { T: 4, B: 3, I: 17, H: 33 },
];
const LARGE = [
  { T: 5, B: 3, I: 30, H: 37 },
  { T: 4, B: 18, I: 62, H: 3 },
  { T: 4, B: 2, I: 40, H: 64 },
  { T: 4, B: 1, I: 65, H: 100 },
];
const LAYERS = [
  ["small", false, SMALL],
  ["small, lengths", true, SMALL],
  ["large", false, LARGE],
  ["large, lengths", true, LARGE],
] as const;

describeEach(["strict", "debug", "js"], (target) => {
  /** Runs a kernel; the image then holds what it left. */
  function call(image: Image, kernel: KernelName, args: number[]): void {
    new Uint8Array(image.buffer).set(new Uint8Array(image.run(target, kernel, args).memory));
  }

  const ROWS = 5;
  const COLS = [1, 2, 3, 4, 5, 8, 17, 31, 33, 100, 1000, 2049, 4100];

  /** Runs f on rows of every kind as a batch, and row by row; f returns outputs, each [rows][...]. */
  function rowByRow(
    random: Random,
    f: (x: Float32Array, from: number, rows: number, cols: number, skew: number) => Float32Array[],
  ) {
    for (const cols of COLS) {
      for (const [name, values] of Object.entries(VALUES)) {
        const x = values(random, ROWS, cols);
        const batch = f(x, 0, ROWS, cols, 0);
        for (let r = 0; r < ROWS; r++) {
          const alone = f(x.subarray(r * cols, (r + 1) * cols), r, 1, cols, r);
          alone.forEach((got, k) => {
            const n = batch[k].length / ROWS;
            expectSame(`${name}, ${cols} columns, row ${r}`, got, batch[k].subarray(r * n, (r + 1) * n));
          });
        }
      }
    }
  }

  test.each(["softmax", "logSoftmax"] as const)("%s of a row alone", (kernel) => {
    const random = new Random(1);
    rowByRow(random, (x, _, rows, cols, skew) => {
      const image = new Image();
      const at = image.put(x, skew);
      call(image, kernel, [at, at, rows, cols, cols, cols, 1, image.putScratch(SCRATCH)]);
      return [floats(image, at, x.length)];
    });
  });

  test.each(["softmaxBackward", "logSoftmaxBackward"] as const)("%s of a row alone", (kernel) => {
    const random = new Random(2);
    const dy = random.normals(ROWS * 4100);
    rowByRow(random, (y, from, rows, cols, skew) => {
      const image = new Image();
      const at = image.put(dy.subarray(from * cols, (from + rows) * cols), skew);
      const args = [at, at, image.put(y), rows, cols, cols, cols, cols, 0.7, image.putScratch(SCRATCH)];
      call(image, kernel, args);
      return [floats(image, at, y.length)];
    });
  });

  test("logSumExp and its backward of a row alone", () => {
    const random = new Random(3);
    const dlse = random.normals(ROWS);
    rowByRow(random, (x, from, rows, cols, skew) => {
      const image = new Image();
      const [at, up] = [image.put(x, skew), image.put(dlse.subarray(from, from + rows))];
      const [lse, dx] = [image.place(rows), image.place(x.length)];
      const scratch = image.putScratch(SCRATCH);
      call(image, "logSumExp", [lse, at, rows, cols, cols, -2, scratch]);
      call(image, "logSumExpBackward", [dx, up, at, rows, cols, cols, cols, -2, scratch]);
      return [floats(image, lse, rows), floats(image, dx, x.length)];
    });
  });

  test.each([0, 0.1])("crossEntropy of a row alone, smoothing %d", (smoothing) => {
    const random = new Random(4);
    const targets = random.ints(ROWS, 1000);
    const [dloss, weight] = [random.normals(ROWS), random.floats(4100, 0, 2)];
    rowByRow(random, (x, from, rows, cols, skew) => {
      const image = new Image();
      const at = image.put(x, skew);
      const loss = image.place(rows);
      const classes = image.putInts(targets.subarray(from, from + rows).map((t) => (t < 100 ? -1 : t % cols)));
      const inputs = [classes, image.put(weight), image.put(dloss.subarray(from, from + rows))];
      const flags = [-1, smoothing, 0, 0.3, 0, image.putScratch(SCRATCH)];
      call(image, "crossEntropy", [loss, at, at, ...inputs, rows, cols, cols, cols, ...flags]);
      return [floats(image, loss, rows), floats(image, at, x.length)];
    });
  });

  test("a row of gemm is gemv", () => {
    const random = new Random(5);
    for (const N of [1, 3, 15, 16, 17, 31, 32, 33, 48, 70]) {
      for (const K of [0, 1, 3, 5, 31, 32, 33, 64, 65, 100]) {
        const image = new Image();
        const p = image.put(random.normals(packedSize(K, N)));
        const [a, cin] = [image.put(random.normals(7 * K)), image.put(random.normals(7 * N))];
        const scratch = image.putScratch(32);
        for (const M of [1, 2, 3, 6, 7]) {
          const [c, row] = [image.place(M * N), image.place(N)];
          call(image, "gemm", [c, cin, a, p, M, N, K, N, N, K, 16 * K, scratch]);
          for (let i = 0; i < M; i++) {
            call(image, "gemv", [row, cin + 4 * i * N, a + 4 * i * K, p, N, K, 16 * K, scratch]);
            expectSame(`${M} x ${N} x ${K}, row ${i}`, floats(image, row, N), floats(image, c + 4 * i * N, N));
          }
        }
      }
    }
  });

  test("gemmTN and columnSums in pieces from the end, and in any chunks", () => {
    const random = new Random(6);
    for (const [M, N, R] of [
      [3, 5, 9],
      [16, 17, 40],
      [7, 33, 12],
      [5, 18, 300],
    ]) {
      const [a, b, c0, sum0] = [R * M, R * N, M * N, M].map((n) => random.normals(n));
      const run = (cuts: number[], chunk: number) => {
        const image = new Image();
        const [aAt, bAt, c, sum] = [a, b, c0, sum0].map((v) => image.put(v));
        const scratch = image.putScratch(gemmTNScratch(M, N, R, chunk));
        let end = R;
        for (const from of [...cuts, 0]) {
          const [rows, aFrom, bFrom] = [end - from, aAt + 4 * from * M, bAt + 4 * from * N];
          call(image, "gemmTN", [c, aFrom, bFrom, M, N, rows, N, M, N, chunk, scratch]);
          call(image, "columnSums", [sum, aFrom, rows, M, M]);
          end = from;
        }
        return { c: floats(image, c, M * N), sum: floats(image, sum, M) };
      };
      const whole = run([], 256);
      for (const chunk of [1, 2, 5, 16]) expectAllSame(`chunk ${chunk}`, run([], chunk), whole);
      for (const cuts of [[1], [R - 1], [8, 3], [7, 6, 5]]) expectAllSame(`cut at ${cuts}`, run(cuts, 4), whole);
    }
  });

  test("embeddingBackward in pieces from the end", () => {
    const random = new Random(7);
    const [n, dim, cut] = [11, 7, 4];
    const [table, dy] = [random.normals(3 * dim), random.normals(n * dim)];
    const ids = random.ints(n, 3);
    const run = (ranges: number[][]) => {
      const image = new Image();
      const [to, from, idsAt] = [image.put(table), image.put(dy), image.putInts(ids)];
      for (const [i, count] of ranges)
        call(image, "embeddingBackward", [to, from + 4 * i * dim, idsAt + 4 * i, count, dim, -1]);
      return floats(image, to, 3 * dim);
    };
    expectSame(
      "dtable",
      run([
        [cut, n - cut],
        [0, cut],
      ]),
      run([[0, n]]),
    );
  });

  interface Shape {
    T: number;
    B: number;
    I: number;
    H: number;
  }

  /** Everything a layer is given, rows [T][B][...]. */
  function layer(random: Random, shape: Shape, packed: boolean) {
    const { T, B, I, H } = shape;
    const weights = (n: number) => random.normals(n, 0.3);
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * H, 4 * H, 4 * H].map(weights);
    const [x, h0, c0] = [T * B * I, B * H, B * H].map((n) => random.normals(n));
    const [dy, dhN, dcN] = [T * B * H, B * H, B * H].map((n) => random.normals(n));
    const lengths = packed ? random.ints(B, T).map((n) => n + 1) : undefined;
    return { p: { ...shape, x, wih, whh, bih, bhh, h0, c0, lengths }, upstream: { dy, dhN, dcN } };
  }

  type Layer = ReturnType<typeof layer>;

  function run({ p, upstream }: Layer, options: Options = {}) {
    const outputs = train(target, p, upstream, { rows: 16, chunk: 16, ...options });
    // what is never written is NaN
    for (const [name, values] of Object.entries(outputs)) expect(values.every(Number.isFinite), name).toBe(true);
    return outputs;
  }

  test.each(LAYERS)("an LSTM in pieces, %s", (_, packed, shapes) => {
    const random = new Random(8);
    for (const shape of shapes) {
      const given = layer(random, shape, packed);
      const whole = run(given);
      const { T } = shape;
      const single = Array.from({ length: T - 1 }, (_, t) => t + 1);
      for (const cuts of [[1], [T - 1], [2, 3], single]) {
        const what = `${JSON.stringify(shape)} cut at ${cuts}`;
        expectAllSame(what, run(given, { cuts }), whole);
      }
    }
  });

  test.each(LAYERS)("rows and chunk, %s", (_, packed, shapes) => {
    const random = new Random(9);
    for (const shape of shapes) {
      const given = layer(random, shape, packed);
      const whole = run(given);
      for (const n of [1, 3, 7, 256]) {
        expectAllSame(`${JSON.stringify(shape)} ${n}`, run(given, { rows: n, chunk: n }), whole);
      }
    }
  });

  test.each(LAYERS)("keep = 0 and batch first, %s", (_, packed, shapes) => {
    const random = new Random(10);
    for (const shape of shapes) {
      const given = layer(random, shape, packed);
      const { y, hN, cN } = run(given);
      for (const rows of [1, 5, 16]) {
        expectAllSame(`${JSON.stringify(shape)} ${rows}`, infer(target, given.p, rows), { y, hN, cN });
      }
    }
  });

  test.each(LAYERS.filter(([, packed]) => !packed))("lstmStep repeated, %s", (_, packed, shapes) => {
    const random = new Random(11);
    for (const shape of shapes) {
      const given = layer(random, shape, packed);
      const { y, hs, cs } = run(given);
      expectAllSame(JSON.stringify(shape), stream(target, given.p), { y, hs, cs });
    }
  });

  test.each(LAYERS)("a batch and its sequences alone, %s", (_, packed, shapes) => {
    const random = new Random(12);
    for (const shape of shapes) {
      const { T, B, I, H } = shape;
      const { p, upstream } = layer(random, shape, packed);
      const whole = run({ p, upstream });
      /** Sequence b of v [...][B][width]. */
      const pick = (v: Float32Array, width: number, b: number) => v.filter((_, i) => Math.floor(i / width) % B === b);
      const gates = whole.gates.length / (T * B);
      const outputs = { y: H, hs: H, cs: H, gates, tanhC: H, dx: I, hN: H, cN: H, dh0: H, dc0: H };
      for (const b of new Set([0, B >> 1, B - 1])) {
        const alone = {
          p: {
            ...p,
            B: 1,
            x: pick(p.x, I, b),
            h0: pick(p.h0, H, b),
            c0: pick(p.c0, H, b),
            lengths: p.lengths?.slice(b, b + 1),
          },
          upstream: { dy: pick(upstream.dy, H, b), dhN: pick(upstream.dhN, H, b), dcN: pick(upstream.dcN, H, b) },
        };
        const got = run(alone);
        for (const [name, width] of Object.entries(outputs)) {
          const want = pick(whole[name as "y"], width, b);
          expectSame(`${JSON.stringify(shape)}, sequence ${b}: ${name}`, got[name as "y"], want);
        }
      }
    }
  });
});
