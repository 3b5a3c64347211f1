import { gemm } from "../gemm/gemm.js";
import type { Views } from "../memory.js";
import { copyRow, isValid } from "../recurrent/copy.js";
import { cell } from "./cell.js";
import { generalCell, HR, P, SLOPES, word } from "./general.js";

export function lstmForward(
  m: Views, y: number, hs: number, cs: number, gates: number, tanhC: number, x: number, w: number, bias: number,
  options: number, lengths: number, T: number, B: number, I: number, H: number, yStep: number, yRow: number,
  rows: number, keep: number, scratch: number,
): void {
  const F = m.f32;
  const projected = options ? word(m, options, P) : 0;
  const R = projected || H;
  const Hp = (H + 3) & ~3;
  const Rp = (R + 3) & ~3;
  const N = 4 * Hp;
  const ldp = 16 * (I + R);
  const [nextH, nextC] = keep ? [B * Rp, B * Hp] : [0, 0];
  const steps = Math.max(1, Math.trunc(rows / Math.max(1, B)));
  const zeros = scratch + 128;
  const r = zeros + 4 * Rp;
  const p = r + 4 * B * Hp;
  const slopes = options && keep ? word(m, options, SLOPES) >>> 2 : 0;
  let [h0, c0, tc] = [hs >>> 2, cs >>> 2, tanhC >>> 2];
  if (projected) F.fill(0, zeros >>> 2, r >>> 2);
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = Math.min(T, t0 + steps);
    let z = gates + (keep ? 4 * t0 * B * N : 0);
    gemm(m, z, bias, x + 4 * t0 * B * I, w, (t1 - t0) * B, N, I, N, 0, I, ldp, scratch);
    for (let t = t0; t < t1; t++, z += 4 * B * N, h0 += nextH, c0 += nextC, tc += nextC) {
      const h = projected ? r >>> 2 : h0 + nextH;
      gemm(m, z, z, 4 * h0, w + 64 * I, B, N, R, N, N, Rp, ldp, scratch);
      for (let b = 0; b < B; b++) {
        const at = b * Hp;
        const [c1, from, g] = [c0 + nextC + at, c0 + at, (z >>> 2) + 4 * at];
        if (!isValid(m, lengths >>> 2, t, b)) copyRow(F, c1, from, Hp, Hp);
        else if (options) {
          generalCell(m, h + at, c1, tc + at, g, slopes && slopes + 5 * (t * B * Hp + at), from, options, Hp);
        } else cell(F, h + at, c1, tc + at, g, from, Hp >> 2);
      }
      if (projected) gemm(m, p, zeros, r, word(m, options, HR), B, R, H, Rp, 0, Hp, 16 * H, scratch);
      for (let b = 0; b < B; b++) {
        const valid = isValid(m, lengths >>> 2, t, b);
        const h1 = h0 + nextH + b * Rp;
        const from = !valid ? h0 + b * Rp : projected ? (p >>> 2) + b * Rp : h1;
        if (from !== h1) copyRow(F, h1, from, R, Rp);
        copyRow(F, (y >>> 2) + t * yStep + b * yRow, valid ? h1 : -1, R, R);
      }
    }
  }
}
