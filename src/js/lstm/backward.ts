import { gemm } from "../gemm/gemm.js";
import { addScaled } from "../gemm/gemmtn.js";
import type { Views } from "../memory.js";
import { isValid } from "../recurrent/copy.js";
import { fround } from "../simd.js";
import { cellBackward } from "./cell.js";
import { DWCH, DWHR, HR_T, isCoupled, P, PEEPHOLES, SLOPES, word } from "./general.js";

/** Works step by step in the scratch: what the projection got, its gradient, and the d of one step. */
export function lstmBackward(
  m: Views, dwih: number, dwhh: number, dbih: number, dbhh: number, dx: number, dh: number, dc: number, dy: number,
  x: number, hs: number, cs: number, gates: number, tanhC: number, wihT: number, whhT: number, options: number,
  lengths: number, T: number, B: number, I: number, H: number, dyStep: number, dyRow: number, _chunk: number,
  scratch: number,
): void {
  const F = m.f32;
  const [projected, hrT, peepholes, slopes, dwhr, dwch] = options
    ? [P, HR_T, PEEPHOLES, SLOPES, DWHR, DWCH].map((i) => word(m, options, i))
    : [0, 0, 0, 0, 0, 0];
  const coupled = options !== 0 && isCoupled(m, options);
  const R = projected || H;
  const [Hp, Rp] = [(H + 3) & ~3, (R + 3) & ~3];
  const N = 4 * Hp;
  const zeros = scratch + 128;
  const dr = zeros + 4 * Math.max(I, Hp);
  const d = dr + (projected ? 4 * B * Hp : 0);
  const index = (pointer: number, row: number, width: number): number => (pointer >>> 2) + row * width;
  F.fill(0, zeros >>> 2, dr >>> 2);
  for (let t = T - 1; t >= 0; t--) {
    const valid = (b: number): boolean => isValid(m, lengths >>> 2, t, b);
    for (let b = 0; b < B; b++) {
      if (!dy || !valid(b)) continue;
      for (let n = 0; n < R; n++) F[index(dh, b, Rp) + n] += F[(dy >>> 2) + t * dyStep + b * dyRow + n];
    }
    if (projected) {
      gemm(m, dr, zeros, dh, hrT, B, Hp, R, Hp, 0, Rp, 16 * R, scratch);
      for (let b = B - 1; b >= 0; b--) {
        const row = t * B + b;
        for (let u = 0; u < H; u++) {
          const o = F[index(gates, row, N) + (u >> 2) * 16 + 12 + (u & 3)];
          const r = fround(o * F[index(tanhC, row, Hp) + u]);
          for (let n = 0; n < R; n++) {
            F[index(dwhr, n, H) + u] += valid(b) ? fround(F[index(dh, b, Rp) + n] * r) : 0;
          }
        }
      }
    }
    for (let b = 0; b < B; b++) {
      const row = t * B + b;
      if (valid(b)) {
        const [g, tc, c0] = [index(gates, row, N), index(tanhC, row, Hp), index(cs, row, Hp)];
        const upstream = index(projected ? dr : dh, b, Hp);
        const s = slopes && index(slopes, row, 5 * Hp);
        cellBackward(
          F, index(d, b, N), index(dc, b, Hp), upstream, g, c0, tc, s, peepholes >>> 2, coupled, Hp,
        );
        F.fill(0, index(dh, b, Rp), index(dh, b + 1, Rp));
      } else F.fill(0, index(d, b, N), index(d, b + 1, N));
      if (H & 3) clearPadding(F, index(d, b, N), index(dc, b, Hp), H, Hp);
    }
    gemm(m, dh, dh, d, whhT, B, Rp, N, Rp, Rp, N, 16 * N, scratch);
    if (dx) gemm(m, dx + 4 * t * B * I, zeros, d, wihT, B, I, N, I, 0, N, 16 * N, scratch);
    for (let b = B - 1; b >= 0; b--) {
      const row = t * B + b;
      for (let n = 0; n < 4 * H; n++) {
        const [gate, unit] = [Math.trunc(n / H), n % H];
        const dn = F[index(d, b, N) + (unit >> 2) * 16 + gate * 4 + (unit & 3)];
        addScaled(F, index(dwih, n, I), dn, index(x, row, I), I);
        addScaled(F, index(dwhh, n, R), dn, index(hs, row, Rp), R);
        if (dbih) {
          F[(dbih >>> 2) + n] += dn;
          F[(dbhh >>> 2) + n] += dn;
        }
        if (peepholes && gate !== 2) {
          const c = F[index(cs, gate === 3 ? row + B : row, Hp) + unit];
          F[(dwch >>> 2) + (gate === 3 ? 2 : gate) * H + unit] += fround(dn * c);
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
