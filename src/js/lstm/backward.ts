import { gemm } from "../gemm/gemm.js";
import { addScaled } from "../gemm/gemmtn.js";
import type { Views } from "../memory.js";
import { cellBackward } from "./cell.js";
import { copyRow, isValid } from "./copy.js";
import { isSmall, smallBackward } from "./small.js";

/** Works step by step in the scratch: zeros, dy and the carried dh of one step, and its d. */
export function lstmBackward(
  m: Views, dwih: number, dwhh: number, dbih: number, dbhh: number, dwihWide: number,
  dwhhWide: number, dbihWide: number, dbhhWide: number, dx: number, dh: number, dc: number, dy: number,
  x: number, hs: number, cs: number, gates: number, tanhC: number, wihT: number, whhT: number, lengths: number,
  T: number, B: number, I: number, H: number, dyStep: number, dyRow: number, _chunk: number, scratch: number,
): void {
  if (isSmall(I, H)) {
    smallBackward(
      m, dwih, dwhh, dbih, dbhh, dwihWide, dwhhWide, dbihWide, dbhhWide, dx, dh, dc, dy, x, hs, cs, gates, tanhC, wihT, whhT, lengths, T, B, I, H, dyStep, dyRow,
      scratch,
    );
    return;
  }
  const F = m.f32;
  const Hp = (H + 3) & ~3;
  const N = 4 * Hp;
  const zeros = scratch + 128;
  const padded = zeros + 4 * Math.max(I, Hp);
  const carry = padded + 4 * B * Hp;
  const d = carry + 4 * B * Hp;
  F.fill(0, zeros >>> 2, padded >>> 2);
  for (let t = T - 1; t >= 0; t--) {
    const state = t * B * Hp;
    for (let b = 0; b < B; b++) {
      const at = b * Hp;
      const valid = isValid(m, lengths >>> 2, t, b);
      copyRow(F, (padded >>> 2) + at, dy ? (dy >>> 2) + t * dyStep + b * dyRow : -1, H, Hp);
      copyRow(F, (carry >>> 2) + at, valid ? -1 : (dh >>> 2) + at, Hp, Hp);
      if (valid) {
        const [from, g] = [state + at, (gates >>> 2) + (state + at) * 4];
        const [c0, tc] = [(cs >>> 2) + from, (tanhC >>> 2) + from];
        cellBackward(
          F, (d >>> 2) + at * 4, (dc >>> 2) + at, g, c0, tc, (padded >>> 2) + at, (dh >>> 2) + at, Hp >> 2,
        );
      } else F.fill(0, (d >>> 2) + at * 4, (d >>> 2) + (at + Hp) * 4);
      if (H & 3) clearPadding(F, (d >>> 2) + at * 4, (dc >>> 2) + at, H, Hp);
    }
    gemm(m, dh, carry, d, whhT, B, Hp, N, Hp, Hp, N, 16 * N, scratch);
    if (dx) gemm(m, dx + 4 * t * B * I, zeros, d, wihT, B, I, N, I, 0, N, 16 * N, scratch);
    for (let b = B - 1; b >= 0; b--) {
      const [from, xr, hr] = [(d >>> 2) + b * N, (x >>> 2) + (t * B + b) * I, (hs >>> 2) + state + b * Hp];
      for (let n = 0; n < 4 * H; n++) {
        const unit = n % H;
        const dn = F[from + (unit >> 2) * 16 + ((n / H) | 0) * 4 + (unit & 3)];
        addScaled(F, (dwih >>> 2) + n * I, dn, xr, I);
        addScaled(F, (dwhh >>> 2) + n * H, dn, hr, H);
        if (dbih) {
          F[(dbih >>> 2) + n] += dn;
          F[(dbhh >>> 2) + n] += dn;
        }
      }
    }
  }
}

/** The units above H: an infinite x times a zero weight is NaN, and would reach dh and dx. */
function clearPadding(F: Float32Array, d: number, dc: number, H: number, Hp: number): void {
  for (let i = H & 3; i < 4; i++) {
    for (let gate = 0; gate < 4; gate++) F[d + 4 * (Hp - 4) + gate * 4 + i] = 0;
    F[dc + Hp - 4 + i] = 0;
  }
}
