// Every kernel against its twin: the same memory, the same call, every byte compared afterwards.
import { test } from "vitest";
import {
  ACTIVATIONS,
  BACKWARD_ROWS,
  FORWARD_ROWS,
  gemmTNScratch,
  lstmBackwardScratch,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  packedSize,
  putOptions,
  ROW_SCRATCH,
} from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { ROWS, SIZES, VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

const SCRATCH = ROW_SCRATCH >> 2;

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

  test("probeMadd", () => {
    const image = new Image();
    for (const [a, b, c] of [
      [1 + 2 ** -12, 1 + 2 ** -12, -1],
      [0.1, 3, 7],
      [3e38, 10, 0],
      [Number.NaN, 1, 2],
    ]) {
      same(`${a} ${b} ${c}`, image, "probeMadd", [a, b, c]);
    }
  });

  test("scale", () => {
    const random = new Random(2);
    for (const n of SIZES) {
      const image = new Image();
      const x = image.put(random.normals(n), 1);
      same(`n = ${n}`, image, "scale", [image.place(n), x, n, 0.3]);
      same(`n = ${n} in place`, image, "scale", [x, x, n, -1e30]);
    }
  });

  const LONG = [0, ...SIZES, 31, 32, 1024, 2047, 2049, 4100];

  test.each(["softmax", "logSoftmax"] as const)("%s", (kernel) => {
    const random = new Random(3);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [2] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of cols < 100 ? [1, 0.7, -2, 0] : [1, -0.3]) {
            const image = new Image();
            const [ldx, ldy] = [cols + random.below(4), cols + random.below(4)];
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const y = image.place(rows * ldy, random.below(4));
            const scratch = image.putScratch(SCRATCH);
            same(`${rows} x ${cols} ${name} beta ${beta}`, image, kernel, [y, x, rows, cols, ldy, ldx, beta, scratch]);
            same(`${rows} x ${cols} ${name} beta ${beta} in place`, image, kernel, [
              x,
              x,
              rows,
              cols,
              ldx,
              ldx,
              beta,
              scratch,
            ]);
          }
        }
      }
    }
  });

  test("softmaxColumns", () => {
    const random = new Random(14);
    for (const rows of [0, 1, 2, 3, 4, 5, 10, 27, 31]) {
      for (const cols of ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of [1, 0.7, -2, 0]) {
            const image = new Image();
            const [ldx, ldy] = [cols + random.below(4), cols + random.below(4)];
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const y = image.place(rows * ldy, random.below(4));
            const scratch = image.putScratch(SCRATCH);
            const label = `${rows} x ${cols} ${name} beta ${beta}`;
            same(label, image, "softmaxColumns", [y, x, rows, cols, ldy, ldx, beta, scratch]);
            same(`${label} in place`, image, "softmaxColumns", [x, x, rows, cols, ldx, ldx, beta, scratch]);
          }
        }
      }
    }
  });

  test.each(["softmaxBackward", "logSoftmaxBackward"] as const)("%s", (kernel) => {
    const random = new Random(4);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [1] : ROWS) {
        const image = new Image();
        const ld = cols + random.below(4);
        const dy = image.putRows(random.normals(rows * cols), rows, cols, ld, 1);
        const values = random.floats(rows * cols, 0, 1).map((v) => (kernel === "softmaxBackward" ? v : v * -100));
        const y = image.putRows(values, rows, cols, ld);
        const dx = image.place(rows * ld, 3);
        const scratch = image.putScratch(SCRATCH);
        for (const beta of [1, 0.7]) {
          for (const to of [dx, dy, y]) {
            same(`${rows} x ${cols}`, image, kernel, [to, dy, y, rows, cols, ld, ld, ld, beta, scratch]);
          }
        }
      }
    }
  });

  test("logSumExp and its backward", () => {
    const random = new Random(5);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [1] : [1, 3]) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of cols < 100 ? [1, 0.7, -2, 0] : [1]) {
            const image = new Image();
            const ldx = cols + random.below(4);
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const lse = image.put(random.normals(rows), 1);
            const dx = image.place(rows * ldx, 2);
            const scratch = image.putScratch(SCRATCH);
            const what = `${rows} x ${cols} ${name} beta ${beta}`;
            same(what, image, "logSumExp", [lse, x, rows, cols, ldx, beta, scratch]);
            same(what, image, "logSumExpBackward", [dx, lse, x, rows, cols, ldx, ldx, beta, scratch]);
            same(`${what} in place`, image, "logSumExpBackward", [x, lse, x, rows, cols, ldx, ldx, beta, scratch]);
          }
        }
      }
    }
  });

  test("crossEntropy and crossEntropyProbabilities", () => {
    const random = new Random(6);
    for (const cols of LONG.filter((n) => n > 0)) {
      for (const rows of cols > 1000 ? [2] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          const image = new Image();
          const ld = cols + random.below(4);
          const x = image.putRows(values(random, rows, cols), rows, cols, ld, random.below(4));
          const targets = image.putInts(random.ints(rows, cols).map((t) => (random.below(6) ? t : -100)));
          const weight = random.below(2) ? image.put(random.floats(cols, 0, 2)) : 0;
          const dloss = random.below(2) ? image.put(random.normals(rows)) : 0;
          const loss = image.place(rows);
          const dx = image.place(rows * ld);
          const scratch = image.putScratch(SCRATCH);
          const y = image.put(random.floats(rows * cols, -0.1, 1).map((v) => Math.max(0, v)));
          for (const to of [0, dx, x]) {
            const smoothing = [0, 0.1, 1][random.below(3)];
            const [z, losses] = [random.below(2) * 0.01, random.below(3) ? loss : 0];
            const what = `${rows} x ${cols} ${name} smoothing ${smoothing} z ${z}`;
            const sizes = [rows, cols, ld, ld];
            const flags = [smoothing, z, 0.3, 1.5, scratch];
            same(what, image, "crossEntropy", [losses, to, x, targets, weight, dloss, ...sizes, -100, ...flags]);
            const probabilities = [losses, to, x, y, weight, dloss, ...sizes, cols, ...flags];
            same(what, image, "crossEntropyProbabilities", probabilities);
          }
        }
      }
    }
  });

  test("transpose", () => {
    const random = new Random(16);
    for (const rows of [0, 1, 3, 4, 5, 16, 33]) {
      for (const cols of [0, 1, 2, 4, 7, 16, 100]) {
        const image = new Image();
        const [ldx, ldy] = [cols + random.below(4), rows + random.below(4)];
        const x = image.put(random.normals(rows * ldx), random.below(4));
        same(`${rows} x ${cols}`, image, "transpose", [
          image.place(cols * ldy, random.below(4)),
          x,
          rows,
          cols,
          ldy,
          ldx,
        ]);
      }
    }
  });

  test("addMask", () => {
    const random = new Random(17);
    for (const cols of [0, ...SIZES]) {
      const image = new Image();
      const n = cols === 1000 ? 1 : 3;
      const x = image.put(VALUES["one NaN"](random, n, cols), 1);
      const mask = image.put(
        random.normals(cols).map((v) => (random.below(3) ? v : Number.NEGATIVE_INFINITY)),
        2,
      );
      for (const [factor, fill] of [
        [1, Number.NEGATIVE_INFINITY],
        [-0.7, Number.POSITIVE_INFINITY],
      ]) {
        same(`${n} x ${cols}`, image, "addMask", [image.place(n * cols, 3), x, mask, n, cols, factor, fill]);
        same(`${n} x ${cols} in place`, image, "addMask", [x, x, mask, n, cols, factor, fill]);
      }
    }
  });

  const EDGES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100];

  test("pack, packTransposed, gemm, gemv", () => {
    const random = new Random(7);
    for (const N of EDGES) {
      for (const K of [0, 1, 2, 3, 4, 5, 7, 16, 33]) {
        for (const M of [0, 1, 2, 3, 4, 7]) {
          const image = new Image();
          const [ldb, ldbT, lda, ldc] = [N + 1, K + 2, K + 1, N + 3];
          const b = image.put(random.normals(K * ldb), 1);
          const bT = image.put(random.normals(N * ldbT), 2);
          const p = image.put(random.normals(packedSize(K, N)));
          const a = image.put(random.normals(M * lda), 1);
          const cin = image.put(random.normals(Math.max(1, M) * ldc), 3);
          const c = image.place(M * ldc);
          const scratch = image.putScratch(32);
          const what = `${M} x ${N} x ${K}`;
          if (M === 1) {
            same(what, image, "pack", [p, b, K, N, ldb]);
            same(what, image, "packTransposed", [p, bT, K, N, ldbT]);
            same(what, image, "gemv", [c, cin, a, p, N, K, 16 * K, scratch]);
          }
          same(what, image, "gemm", [c, cin, a, p, M, N, K, ldc, ldc, lda, 16 * K, scratch]);
          same(`${what} one row of cin`, image, "gemm", [c, cin, a, p, M, N, K, ldc, 0, lda, 16 * K, scratch]);
          same(`${what} in place`, image, "gemm", [cin, cin, a, p, M, N, K, ldc, ldc, lda, 16 * K, scratch]);
        }
      }
    }
  });

  test("gemmTN and columnSums", () => {
    const random = new Random(8);
    for (const M of EDGES) {
      for (const N of [1, 3, 4, 16, 17, 33]) {
        for (const R of [0, 1, 3, 4, 9, 40]) {
          const image = new Image();
          const [lda, ldb, ldc] = [M + 1, N + 2, N + 1];
          const a = image.put(random.normals(R * lda), 1);
          const b = image.put(random.normals(R * ldb), 2);
          const c = image.put(random.normals(M * ldc));
          const sum = image.put(random.normals(M));
          const chunk = [256, 1, 7][random.below(3)];
          const scratch = image.putScratch(gemmTNScratch(M, N, R, chunk));
          same(`${M} x ${N} x ${R}`, image, "gemmTN", [c, a, b, M, N, R, ldc, lda, ldb, chunk, scratch]);
          same(`${R} x ${M}`, image, "columnSums", [sum, a, R, M, lda]);
        }
      }
    }
  });

  // T, B, I, H; I + H <= 64 is a small layer
  const SHAPES = [
    [1, 1, 1, 1],
    [3, 2, 2, 3],
    [5, 1, 27, 27],
    [7, 3, 15, 15],
    [4, 2, 33, 33],
    [3, 5, 5, 16],
    [9, 1, 20, 34],
    [2, 150, 3, 6],
    [40, 8, 3, 5],
    [1, 0, 3, 4],
    [6, 4, 40, 32],
    [5, 1, 30, 35],
    [3, 5, 64, 66],
    [2, 150, 60, 6],
    [1, 0, 64, 4],
  ];

  test("lstmPack and lstmPackTransposed", () => {
    const random = new Random(9);
    for (const [, , I, H] of SHAPES) {
      for (const R of new Set([H, (H + 1) >> 1])) {
        const sizes = lstmSizes(I, H, R);
        const image = new Image();
        const wih = image.put(random.normals(4 * H * I), 1);
        const whh = image.put(random.normals(4 * H * R), 3);
        const bih = image.put(random.normals(4 * H));
        const bhh = image.put(random.normals(4 * H));
        const [w, bias, wihT, whhT] = [sizes.w, sizes.bias, sizes.wihT, sizes.whhT].map((n) => image.place(n));
        same(`${I} ${H} ${R}`, image, "lstmPack", [w, bias, wih, whh, bih, bhh, I, H, R]);
        same(`${I} ${H} ${R} no bias`, image, "lstmPack", [w, bias, wih, whh, 0, 0, I, H, R]);
        same(`${I} ${H} ${R}`, image, "lstmPackTransposed", [wihT, whhT, wih, whh, I, H, R]);
      }
    }
  });

  test("copySteps", () => {
    const random = new Random(10);
    for (const [T, B, cols] of [
      [3, 2, 5],
      [1, 4, 8],
      [5, 3, 1],
      [2, 2, 17],
    ]) {
      const image = new Image();
      const width = (cols + 3) & ~3;
      const x = image.put(random.normals(T * B * cols), 1);
      const y = image.place(T * B * width);
      const order = image.putInts(random.ints(T * B, T + 1).map((n) => n - 1));
      const args = [T, B, cols, width, B * width, width, B * cols, cols];
      for (const added of [0, 1]) {
        same(`time first ${added}`, image, "copySteps", [y, x, order, ...args, added]);
        same(`zeros ${added}`, image, "copySteps", [y, 0, 0, ...args, added]);
        const layout = [width, T * width, cols, T * cols];
        same(`batch first ${added}`, image, "copySteps", [y, x, 0, T, B, cols, width, ...layout, added]);
      }
    }
  });

  test.each([
    ["PyTorch's cell", 0],
    ["a cell with options", 1],
    ["one with a projection", 2],
  ])("lstmForward, lstmBackward of %s", (_, kind) => {
    const random = new Random(11 + kind);
    for (const [T, B, I, H] of SHAPES) {
      for (const packed of [false, true]) {
        const P = kind === 2 ? (H + 1) >> 1 : 0;
        const R = P || H;
        const sizes = lstmSizes(I, H, P);
        const image = new Image();
        /** n elements, `width` of each row of `ld` random and the rest 0. */
        const put = (n: number, deviation = 0.3, width = 1, ld = 1): number =>
          image.put(random.normals(n, deviation).map((v, i) => (i % ld < width ? v : 0)));
        const hStates = (rows: number): number => put(rows * B * sizes.h, 1, R, sizes.h);
        const cStates = (rows: number): number => put(rows * B * sizes.c, 1, H, sizes.c);
        const lengths = packed ? image.putInts(random.ints(B, T).map((n) => n + 1)) : 0;
        const x = image.put(random.normals(T * B * I).map((v) => (random.below(200) ? v : v * 40)));
        const [w, bias] = [put(sizes.w), put(sizes.bias)];
        const [hs, cs] = [hStates(T + 1), cStates(T + 1)];
        const gates = put(Math.max(T * B, FORWARD_ROWS) * sizes.gates);
        const [tanhC, y] = [put(T * B * sizes.tanhC), image.place(T * B * (R + 1))];
        const pointers = {
          hr: put(sizes.hr),
          hrT: put(sizes.hrT),
          peepholes: put(3 * sizes.c, 0.3, H, sizes.c),
          slopes: put(T * B * sizes.slopes),
          dwhr: put(P * H),
          dwch: put(3 * H),
        };
        const options = kind ? image.place(OPTIONS_SIZE) : 0;
        const putCell = (n: number): void => {
          if (!kind) return;
          const [f32, i32] = [new Float32Array(image.buffer), new Int32Array(image.buffer)];
          const [f, g, h] = [n, n + 4, n + 7].map((i) => {
            const all = Object.values(ACTIVATIONS);
            const [code, alpha, beta] = all[i % all.length];
            return { code, alpha, beta };
          });
          const cell = { coupled: n % 2 === 1, clip: n % 3 ? Number.POSITIVE_INFINITY : 0.7 };
          putOptions(f32, i32, options, P, { ...cell, activations: [f, g, h] }, pointers);
        };
        const backwardScratch = lstmBackwardScratch(T, B, I, H, P, BACKWARD_ROWS);
        const scratch = image.putScratch(Math.max(lstmForwardScratch(B, H, P), backwardScratch));
        const what = `T ${T} B ${B} I ${I} H ${H}${packed ? " packed" : ""}`;
        const shape = [T, B, I, H, B * (R + 1), R + 1];
        for (const [n, [rows, keep]] of [
          [FORWARD_ROWS, 1],
          [1, 1],
          [3, 0],
          [FORWARD_ROWS, 0],
        ].entries()) {
          putCell(n);
          const args = [y, hs, cs, gates, tanhC, x, w, bias, options, lengths, ...shape, rows, keep, scratch];
          same(`${what} rows ${rows} keep ${keep}`, image, "lstmForward", args);
        }
        const at = [4 * H * I, 4 * H * R, 4 * H, 4 * H].map((n) => image.put(random.normals(n)));
        const dx = image.place(T * B * I);
        const [dh, dc] = [hStates(1), cStates(1)];
        const dy = image.put(random.normals(T * B * (R + 1)));
        const [wihT, whhT] = [put(sizes.wihT), put(sizes.whhT)];
        for (const chunk of [BACKWARD_ROWS, 1, 3]) {
          putCell(chunk);
          const inputs = [x, hs, cs, gates, tanhC, wihT, whhT, options, lengths];
          const all = [...at, dx, dh, dc, dy, ...inputs, ...shape, chunk, scratch];
          same(`${what} chunk ${chunk}`, image, "lstmBackward", all);
          const none = [at[0], at[1], 0, 0, 0, dh, dc, 0, ...inputs, ...shape, chunk, scratch];
          same(`${what} chunk ${chunk}, no bias, dx, dy`, image, "lstmBackward", none);
        }
      }
    }
  });

  test("embedding and its backward", () => {
    const random = new Random(12);
    for (const dim of SIZES) {
      for (const n of [0, 1, 7]) {
        const image = new Image();
        const table = image.put(random.normals(5 * dim), 1);
        const ids = image.putInts(random.ints(n, 5));
        const y = image.put(random.normals(n * dim), 2);
        same(`${n} x ${dim}`, image, "embedding", [y, table, ids, n, dim]);
        same(`${n} x ${dim}`, image, "embeddingBackward", [table, y, ids, n, dim, -1]);
        same(`${n} x ${dim}, padding`, image, "embeddingBackward", [table, y, ids, n, dim, 2]);
      }
    }
  });

  test("sumSquares, sgd, adam", () => {
    const random = new Random(13);
    for (const n of [0, ...SIZES, 9, 10, 11, 12, 13, 14]) {
      const image = new Image();
      const [p, g, m, v] = [0, 1, 2, 3].map((skew) => image.put(random.floats(n, 0, 2), skew));
      same(`n = ${n}`, image, "sumSquares", [g, n]);
      same(`n = ${n}`, image, "sgd", [p, g, m, n, 0.1, 0.9, 1, 0, 0.01]);
      same(`n = ${n}`, image, "adam", [p, g, m, v, 0, n, 0.02, 1.5, 0.9, 0.1, 0.999, 0.001, 1e-8, 0.01, 0.99]);
    }
  });
});
