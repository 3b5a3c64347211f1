// LSTM layers against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { test } from "vitest";
import { describeEach } from "../support/backends.js";
import { stream, train } from "../support/lstm/kernels.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { largest, roundings, Worst } from "../support/worst.js";

const U = 2 ** -24;

const round4 = (n: number): number => (n + 3) & ~3;

describeEach(["strict", "relaxed", "js"], (target) => {
  /** A layer with PyTorch's initial weights. */
  function layer(random: Random, T: number, B: number, I: number, H: number) {
    const weights = (n: number) => random.floats(n, -1 / Math.sqrt(H), 1 / Math.sqrt(H));
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * H, 4 * H, 4 * H].map(weights);
    const [x, h0, c0] = [T * B * I, B * H, B * H].map((n) => random.normals(n));
    return { T, B, I, H, x, wih, whh, bih, bhh, h0, c0 };
  }

  const LAYERS = [
    [1, 1, 1, 1],
    [3, 2, 2, 3],
    [5, 1, 7, 5],
    [4, 3, 5, 4],
    [6, 2, 3, 9],
    [20, 2, 8, 13],
    [50, 1, 17, 33],
    [100, 1, 5, 4],
    [4, 2, 30, 37],
    [3, 2, 40, 64],
    [20, 1, 62, 3],
    [2, 3, 65, 100],
  ];

  /** A layer and what it gives, with gradients from outside. */
  function sequence(random: Random, [T, B, I, H]: number[], kind: string) {
    const { bih, bhh, ...rest } = layer(random, T, B, I, H);
    const lengths = kind === "lengths" ? random.ints(B, T).map((n) => n + 1) : undefined;
    const p: oracle.Lstm = kind === "no bias" ? rest : { ...rest, bih, bhh, lengths };
    const [dy, dhN, dcN] = [T * B * H, B * H, B * H].map((n) => random.normals(n));
    const { y, hN, cN } = oracle.lstm(p);
    const back = oracle.lstmBackward(p, dy, dhN, dcN);
    if (!p.bih) back.dbih = back.dbhh = new Float64Array(0);
    const got = train(target, p, { dy, dhN, dcN });
    const what = `T ${T}, B ${B}, I ${I}, H ${H}`;
    return { what, T, B, I, H, got, forward: { y, hN, cN }, back };
  }

  const KINDS = ["", "lengths", "no bias"];

  test.each(KINDS)("LSTM layers %s", (kind) => {
    const [outputs, gradients] = [new Worst(), new Worst()];
    const random = new Random(11);
    for (const shape of LAYERS) {
      const { what, T, B, I, H, got, forward, back } = sequence(random, shape, kind);
      // A step adds the roundings of x, of h, of a bias and 8 in the cell; such weights do not amplify older ones.
      const n = T * (roundings(I) + roundings(H) + 1 + 8);
      for (const [name, want] of Object.entries(forward)) {
        outputs.within(`${what}, ${name}`, got[name as "y"], want, () => n * U * largest(want));
      }
      // A step back adds those of dh, over 4 Hp gates, and 10 in the cell to forward; a weight sums T B rows.
      const m = n + T * (roundings(4 * round4(H)) + 10) + T * B;
      for (const [name, want] of Object.entries(back)) {
        // the terms of dx and dh are gradients of gates times weights up to 1
        const scale = Math.max(largest(want), largest(back.dbih.length ? back.dbih : back.dwih));
        gradients.within(`${what}, ${name}`, got[name as "dx"], want, () => m * U * scale);
      }
    }
    outputs.expectAtMost(1);
    gradients.expectAtMost(1);
  });

  test("lstmForward step by step", () => {
    const worst = new Worst();
    const random = new Random(12);
    for (const [T, B, I, H] of LAYERS) {
      const p = layer(random, T, B, I, H);
      const want = oracle.lstm(p).y;
      const { y } = stream(target, p);
      const n = T * (roundings(I) + roundings(H) + 1 + 8); // as above
      worst.within(`T ${T}, B ${B}, I ${I}, H ${H}`, y, want, () => n * U * largest(want));
    }
    worst.expectAtMost(1);
  });
});
