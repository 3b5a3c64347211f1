// The kernels of an LSTM layer against their twins: the same memory, the same call, every byte compared afterwards.
import { test } from "vitest";
import {
  ACTIVATIONS,
  BACKWARD_ROWS,
  FORWARD_ROWS,
  lstmBackwardScratch,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  putOptions,
} from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

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
});
