// What must change no bit: the batch, the pieces of a sequence, streaming, how many rows are taken at a time.
import { expect, test } from "vitest";
import { gemmTNScratch, type KernelName, lstmBackwardScratch, NONE, packedSize, ROW_SCRATCH } from "../src/contract.js";
import { describeEach } from "./backends.js";
import { VALUES } from "./cases.js";
import { Image } from "./image.js";
import { Random } from "./random.js";

const SCRATCH = ROW_SCRATCH >> 2;
const floats = (image: Image, at: number, n: number): Float32Array => new Float32Array(image.buffer, at, n).slice();
const round4 = (n: number): number => (n + 3) & ~3;

/** The same bits; NaN is NaN whatever its payload. */
function expectSame(what: string, got: Float32Array, want: Float32Array): void {
  expect(got.length, what).toBe(want.length);
  const i = got.findIndex((v, k) => !Object.is(v, want[k]));
  if (i >= 0) expect.fail(`${what}, element ${i}: ${got[i]} and ${want[i]}`);
}

function expectAllSame(what: string, got: Record<string, Float32Array>, want: Record<string, Float32Array>): void {
  for (const [name, values] of Object.entries(want)) expectSame(`${what}: ${name}`, got[name], values);
}

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
      const flags = [-1, smoothing, NONE, image.putScratch(SCRATCH)];
      call(image, "crossEntropy", [loss, at, at, ...inputs, rows, cols, cols, cols, ...flags]);
      return [floats(image, loss, rows), floats(image, at, x.length)];
    });
  });

  test("a row of gemm is gemv", () => {
    const random = new Random(5);
    for (const N of [1, 3, 15, 16, 17, 31, 32, 33, 48, 70]) {
      for (const K of [0, 1, 3, 4, 5, 33]) {
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
        call(image, "embeddingBackward", [to, from + 4 * i * dim, idsAt + 4 * i, count, dim]);
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

  /** Everything a layer is given, rows [T][B][...]; states and their gradients are padded with zeros to Hp. */
  function layer(random: Random, { T, B, I, H }: Shape, packed: boolean) {
    const Hp = round4(H);
    const N = 4 * Hp;
    const state = () => random.normals(B * Hp).map((v, i) => (i % Hp < H ? v : 0));
    const w = (n: number) => random.normals(n, 0.3);
    return {
      x: random.normals(T * B * I),
      dy: random.normals(T * B * H),
      h0: state(),
      c0: state(),
      dhN: state(),
      dcN: state(),
      wih: w(4 * H * I),
      whh: w(4 * H * H),
      bih: w(4 * H),
      bhh: w(4 * H),
      lengths: packed ? random.ints(B, T).map((n) => n + 1) : undefined,
      N,
      Hp,
    };
  }

  type Layer = ReturnType<typeof layer>;

  interface Options {
    /** First steps of the pieces after the first. */
    cuts?: number[];
    rows?: number;
    chunk?: number;
  }

  /** Packs the weights and places the inputs and outputs of a whole sequence. */
  function place(image: Image, { T, B, I, H }: Shape, p: Layer) {
    const { Hp, N } = p;
    const [wih, whh, bih, bhh] = [p.wih, p.whh, p.bih, p.bhh].map((v) => image.put(v));
    const [w, bias] = [image.place(N * (I + H)), image.place(N)];
    const [wihT, whhT] = [image.place(packedSize(N, I)), image.place(packedSize(N, H))];
    call(image, "lstmPack", [w, bias, wih, whh, bih, bhh, I, H]);
    call(image, "lstmPackTransposed", [wihT, whhT, wih, whh, I, H]);
    const states = (s: Float32Array) => image.put([...s, ...new Float32Array(T * B * Hp)]);
    return {
      w,
      bias,
      wihT,
      whhT,
      x: image.put(p.x),
      dy: image.put(p.dy),
      hs: states(p.h0),
      cs: states(p.c0),
      gates: image.put(new Float32Array(Math.max(T * B, 16) * N)),
      tanhC: image.put(new Float32Array(T * B * Hp)),
      y: image.place(T * B * H),
      dx: image.place(T * B * I),
      dh: image.put(p.dhN),
      dc: image.put(p.dcN),
      grads: [4 * H * I, 4 * H * H, 4 * H, 4 * H].map((n) => image.put(new Float32Array(n))),
      lengths: p.lengths ? image.place(B) : 0,
    };
  }

  /** The lengths that remain at step t0. */
  function setLengths(image: Image, at: number, lengths: Int32Array | undefined, t0: number): void {
    if (lengths) new Int32Array(image.buffer, at, lengths.length).set(lengths.map((n) => Math.max(0, n - t0)));
  }

  /** lstmForward with keep = 1 piece by piece, then lstmBackward from the last piece to the first. */
  function train(shape: Shape, p: Layer, { cuts = [], rows = 16, chunk = 16 }: Options = {}) {
    const { T, B, I, H } = shape;
    const { Hp, N } = p;
    const image = new Image();
    const { w, bias, wihT, whhT, grads, lengths, ...at } = place(image, shape, p);
    const scratch = image.putScratch(lstmBackwardScratch(T, B, I, H, chunk));
    const pieces = [0, ...cuts].map((from, i) => [from, cuts[i] ?? T]);
    const kept = (t: number) => {
      const state = 4 * t * B * Hp;
      return [at.hs + state, at.cs + state, at.gates + 4 * state, at.tanhC + state];
    };
    for (const [from, to] of pieces) {
      setLengths(image, lengths, p.lengths, from);
      const x = at.x + 4 * from * B * I;
      const sizes = [to - from, B, I, H, B * H, H, rows, 1, scratch];
      call(image, "lstmForward", [at.y + 4 * from * B * H, ...kept(from), x, w, bias, lengths, ...sizes]);
    }
    for (const [from, to] of pieces.reverse()) {
      setLengths(image, lengths, p.lengths, from);
      const [x, dx, dy] = [at.x + 4 * from * B * I, at.dx + 4 * from * B * I, at.dy + 4 * from * B * H];
      const sizes = [to - from, B, I, H, B * H, H, chunk, scratch];
      const inputs = [dy, x, ...kept(from), wihT, whhT, lengths];
      call(image, "lstmBackward", [...grads, dx, at.dh, at.dc, ...inputs, ...sizes]);
    }
    const [dwih, dwhh, dbih, dbhh] = [p.wih, p.whh, p.bih, p.bhh].map((v, i) => floats(image, grads[i], v.length));
    const states = (T + 1) * B * Hp;
    const outputs = {
      y: floats(image, at.y, T * B * H),
      hs: floats(image, at.hs, states),
      cs: floats(image, at.cs, states),
      gates: floats(image, at.gates, T * B * N),
      tanhC: floats(image, at.tanhC, T * B * Hp),
      dx: floats(image, at.dx, T * B * I),
      dh: floats(image, at.dh, B * Hp),
      dc: floats(image, at.dc, B * Hp),
      dwih,
      dwhh,
      dbih,
      dbhh,
    };
    // what is never written is NaN in an image
    for (const [name, values] of Object.entries(outputs)) expect(values.every(Number.isFinite), name).toBe(true);
    return outputs;
  }

  const SHAPES: Shape[] = [
    { T: 7, B: 1, I: 1, H: 1 },
    { T: 7, B: 3, I: 5, H: 6 },
    { T: 8, B: 2, I: 17, H: 16 },
    { T: 6, B: 20, I: 3, H: 5 },
  ];

  test.each([false, true])("an LSTM in pieces, lengths %s", (packed) => {
    const random = new Random(8);
    for (const shape of SHAPES) {
      const p = layer(random, shape, packed);
      const whole = train(shape, p);
      const { T } = shape;
      const single = Array.from({ length: T - 1 }, (_, t) => t + 1);
      for (const cuts of [[1], [T - 1], [3, 4], single]) {
        expectAllSame(`${JSON.stringify(shape)} cut at ${cuts}`, train(shape, p, { cuts }), whole);
      }
    }
  });

  test.each([false, true])("rows and chunk, lengths %s", (packed) => {
    const random = new Random(9);
    for (const shape of SHAPES) {
      const p = layer(random, shape, packed);
      const whole = train(shape, p);
      for (const n of [1, 3, 7, 256]) {
        expectAllSame(`${JSON.stringify(shape)} ${n}`, train(shape, p, { rows: Math.min(n, 16), chunk: n }), whole);
      }
    }
  });

  test.each([false, true])("keep = 0 and batch first, lengths %s", (packed) => {
    const random = new Random(10);
    for (const shape of SHAPES) {
      const { T, B, I, H } = shape;
      const p = layer(random, shape, packed);
      const whole = train(shape, p);
      for (const rows of [1, 5, 16]) {
        const image = new Image();
        const { w, bias, lengths, ...at } = place(image, shape, p);
        setLengths(image, lengths, p.lengths, 0);
        const states = [at.hs, at.cs, at.gates, at.tanhC];
        const strides = [H, T * H];
        const args = [at.y, ...states, at.x, w, bias, lengths, T, B, I, H, ...strides, rows, 0, image.putScratch(32)];
        call(image, "lstmForward", args);
        const y = floats(image, at.y, T * B * H);
        const timeFirst = y.map((_, i) => y[(Math.floor(i / H) % B) * T * H + Math.floor(i / (B * H)) * H + (i % H)]);
        const last = T * B * p.Hp;
        expectSame("y", timeFirst, whole.y);
        expectSame("h", floats(image, at.hs, B * p.Hp), whole.hs.subarray(last));
        expectSame("c", floats(image, at.cs, B * p.Hp), whole.cs.subarray(last));
      }
    }
  });

  test("lstmStep repeated", () => {
    const random = new Random(11);
    for (const shape of SHAPES) {
      const { T, B, I, H } = shape;
      const p = layer(random, shape, false);
      const whole = train(shape, p);
      const image = new Image();
      const { w, bias, y, cs, gates, tanhC } = place(image, shape, p);
      const width = I + p.Hp;
      const xh = image.place(B * width);
      const scratch = image.putScratch(32);
      for (let b = 0; b < B; b++) {
        const h = new Float32Array(image.buffer, xh + 4 * (b * width + I), p.Hp);
        h.set(p.h0.subarray(b * p.Hp, (b + 1) * p.Hp));
      }
      for (let t = 0; t < T; t++) {
        for (let b = 0; b < B; b++) {
          const x = new Float32Array(image.buffer, xh + 4 * b * width, I);
          x.set(p.x.subarray((t * B + b) * I, (t * B + b + 1) * I));
        }
        call(image, "lstmStep", [y, xh, cs, gates, tanhC, w, bias, B, I, H, scratch]);
        expectSame(`y, step ${t}`, floats(image, y, B * H), whole.y.subarray(t * B * H, (t + 1) * B * H));
        const state = whole.cs.subarray((t + 1) * B * p.Hp, (t + 2) * B * p.Hp);
        expectSame(`c, step ${t}`, floats(image, cs, B * p.Hp), state);
      }
    }
  });

  test.each([false, true])("a batch and its sequences alone, lengths %s", (packed) => {
    const random = new Random(12);
    for (const shape of SHAPES) {
      const { B } = shape;
      const p = layer(random, shape, packed);
      const whole = train(shape, p);
      /** Sequence b of v [...][B][width]. */
      const pick = (v: Float32Array, width: number, b: number) => v.filter((_, i) => Math.floor(i / width) % B === b);
      const widths = { x: shape.I, dy: shape.H, h0: p.Hp, c0: p.Hp, dhN: p.Hp, dcN: p.Hp };
      const outputs = { y: shape.H, hs: p.Hp, cs: p.Hp, gates: p.N, tanhC: p.Hp, dx: shape.I, dh: p.Hp, dc: p.Hp };
      for (let b = 0; b < B; b++) {
        const inputs = Object.entries(widths).map(([name, width]) => [name, pick(p[name as "x"], width, b)]);
        const one = { ...p, ...Object.fromEntries(inputs), lengths: p.lengths?.subarray(b, b + 1) };
        const got = train({ ...shape, B: 1 }, one);
        for (const [name, width] of Object.entries(outputs)) {
          expectSame(`sequence ${b}: ${name}`, got[name as "y"], pick(whole[name as "y"], width, b));
        }
      }
    }
  });
});
