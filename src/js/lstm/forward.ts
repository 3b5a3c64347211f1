import { gemm } from "../gemm/gemm.js";
import type { Views } from "../memory.js";
import { cell } from "./cell.js";
import { copyRow, isValid } from "./copy.js";
import { isSmall, smallForward, smallStep } from "./small.js";

export function lstmForward(
  m: Views, y: number, hs: number, cs: number, gates: number, tanhC: number, x: number, w: number, bias: number,
  lengths: number, T: number, B: number, I: number, H: number, yStep: number, yRow: number, rows: number, keep: number,
  scratch: number,
): void {
  if (isSmall(I, H)) {
    smallForward(m, y, hs, cs, gates, tanhC, x, w, bias, lengths, T, B, I, H, yStep, yRow, rows, keep);
    return;
  }
  const F = m.f32;
  const Hp = (H + 3) & ~3;
  const N = 4 * Hp;
  const ldp = 16 * (I + H);
  const next = keep ? B * Hp : 0;
  const steps = Math.max(1, Math.trunc(rows / Math.max(1, B)));
  let [h0, c0, tc] = [hs >>> 2, cs >>> 2, tanhC >>> 2];
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = Math.min(T, t0 + steps);
    let z = gates + (keep ? 4 * t0 * B * N : 0);
    gemm(m, z, bias, x + 4 * t0 * B * I, w, (t1 - t0) * B, N, I, N, 0, I, ldp, scratch);
    for (let t = t0; t < t1; t++, z += 4 * B * N, h0 += next, c0 += next, tc += next) {
      gemm(m, z, z, 4 * h0, w + 64 * I, B, N, H, N, N, Hp, ldp, scratch);
      for (let b = 0; b < B; b++) {
        const at = b * Hp;
        const [h1, c1, to] = [h0 + next + at, c0 + next + at, (y >>> 2) + t * yStep + b * yRow];
        if (isValid(m, lengths >>> 2, t, b)) {
          cell(F, h1, c1, tc + at, (z >>> 2) + at * 4, c0 + at, Hp >> 2);
          copyRow(F, to, h1, H, H);
        } else {
          copyRow(F, h1, h0 + at, Hp, Hp);
          copyRow(F, c1, c0 + at, Hp, Hp);
          copyRow(F, to, -1, H, H);
        }
      }
    }
  }
}

export function lstmStep(
  m: Views, y: number, xh: number, c: number, gates: number, tanhC: number, w: number, bias: number, B: number,
  I: number, H: number, scratch: number,
): void {
  if (isSmall(I, H)) {
    smallStep(m, y, xh, c, gates, tanhC, w, bias, B, I, H);
    return;
  }
  const F = m.f32;
  const Hp = (H + 3) & ~3;
  const N = 4 * Hp;
  const ldp = 16 * (I + H);
  gemm(m, gates, bias, xh, w, B, N, I, N, 0, I + Hp, ldp, scratch);
  gemm(m, gates, gates, xh + 4 * I, w + 64 * I, B, N, H, N, N, I + Hp, ldp, scratch);
  for (let b = 0; b < B; b++) {
    const h = (xh >>> 2) + b * (I + Hp) + I;
    const state = (c >>> 2) + b * Hp;
    cell(F, h, state, (tanhC >>> 2) + b * Hp, (gates >>> 2) + b * N, state, Hp >> 2);
    copyRow(F, (y >>> 2) + b * H, h, H, H);
  }
}
