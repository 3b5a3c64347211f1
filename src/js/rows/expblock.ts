import {
  CLAMP, LN2_F64, LN2_HI_F64, LN2_LO_F64, LOG2E_F64, ROUND, ROUND_F64, SHIFT_MAX, SHIFT_MIN,
} from "../../coefficients.js";
import { EXP_C2, EXP_C3, EXP_C4, EXP_C5, EXP_C6, LN2, LN2_HI, LN2_LO, LOG2E } from "../constants.js";
import { expm1Poly } from "../math/exp.js";
import { fround, POWER } from "../simd.js";

export function inRange(m: number): boolean {
  return m <= SHIFT_MAX && m >= SHIFT_MIN;
}

/** N = round(m / ln 2). */
export function shiftOf(m: number): number {
  return fround(fround(fround(m * LOG2E) + ROUND) - ROUND);
}

/**
 * E[e + i] = 2^(bias - 127) exp(X[x + i] - N ln 2), what is too small 2^-114. Eight elements side by side (four take 1.07 times as long, one 1.6)
 * and no ternaries. An operation without fround is one whose float64 result needs no rounding before the next.
 */
export function expBlock(
  E: Float32Array, e: number, X: Float32Array, x: number, n: number, N: number, bias: number,
): void {
  const low = fround((N - bias + CLAMP) * LN2);
  const offset = bias - N;
  const magic = ROUND_F64 + offset;
  const log2e = LOG2E;
  const hi = LN2_HI;
  const lo = LN2_LO;
  const c2 = EXP_C2;
  const c3 = EXP_C3;
  const c4 = EXP_C4;
  const c5 = EXP_C5;
  const c6 = EXP_C6;
  const end = x + n;
  for (const eights = x + (n & ~7); x < eights; x += 8, e += 8) {
    let x0 = X[x];
    let x1 = X[x + 1];
    let x2 = X[x + 2];
    let x3 = X[x + 3];
    let x4 = X[x + 4];
    let x5 = X[x + 5];
    let x6 = X[x + 6];
    let x7 = X[x + 7];
    if (x0 < low) x0 = low;
    if (x1 < low) x1 = low;
    if (x2 < low) x2 = low;
    if (x3 < low) x3 = low;
    if (x4 < low) x4 = low;
    if (x5 < low) x5 = low;
    if (x6 < low) x6 = low;
    if (x7 < low) x7 = low;
    const n0 = fround(x0 * log2e) + magic - magic;
    const n1 = fround(x1 * log2e) + magic - magic;
    const n2 = fround(x2 * log2e) + magic - magic;
    const n3 = fround(x3 * log2e) + magic - magic;
    const n4 = fround(x4 * log2e) + magic - magic;
    const n5 = fround(x5 * log2e) + magic - magic;
    const n6 = fround(x6 * log2e) + magic - magic;
    const n7 = fround(x7 * log2e) + magic - magic;
    const r0 = fround(x0 - n0 * hi - fround(n0 * lo));
    const r1 = fround(x1 - n1 * hi - fround(n1 * lo));
    const r2 = fround(x2 - n2 * hi - fround(n2 * lo));
    const r3 = fround(x3 - n3 * hi - fround(n3 * lo));
    const r4 = fround(x4 - n4 * hi - fround(n4 * lo));
    const r5 = fround(x5 - n5 * hi - fround(n5 * lo));
    const r6 = fround(x6 - n6 * hi - fround(n6 * lo));
    const r7 = fround(x7 - n7 * hi - fround(n7 * lo));
    const w0 = fround(r0 * r0);
    const w1 = fround(r1 * r1);
    const w2 = fround(r2 * r2);
    const w3 = fround(r3 * r3);
    const w4 = fround(r4 * r4);
    const w5 = fround(r5 * r5);
    const w6 = fround(r6 * r6);
    const w7 = fround(r7 * r7);
    let h0 = fround(fround(c5 * r0) + c4);
    let h1 = fround(fround(c5 * r1) + c4);
    let h2 = fround(fround(c5 * r2) + c4);
    let h3 = fround(fround(c5 * r3) + c4);
    let h4 = fround(fround(c5 * r4) + c4);
    let h5 = fround(fround(c5 * r5) + c4);
    let h6 = fround(fround(c5 * r6) + c4);
    let h7 = fround(fround(c5 * r7) + c4);
    let v0 = fround(fround(c3 * r0) + c2);
    let v1 = fround(fround(c3 * r1) + c2);
    let v2 = fround(fround(c3 * r2) + c2);
    let v3 = fround(fround(c3 * r3) + c2);
    let v4 = fround(fround(c3 * r4) + c2);
    let v5 = fround(fround(c3 * r5) + c2);
    let v6 = fround(fround(c3 * r6) + c2);
    let v7 = fround(fround(c3 * r7) + c2);
    h0 = fround(fround(c6 * w0) + h0);
    h1 = fround(fround(c6 * w1) + h1);
    h2 = fround(fround(c6 * w2) + h2);
    h3 = fround(fround(c6 * w3) + h3);
    h4 = fround(fround(c6 * w4) + h4);
    h5 = fround(fround(c6 * w5) + h5);
    h6 = fround(fround(c6 * w6) + h6);
    h7 = fround(fround(c6 * w7) + h7);
    v0 = fround(fround(h0 * w0) + v0);
    v1 = fround(fround(h1 * w1) + v1);
    v2 = fround(fround(h2 * w2) + v2);
    v3 = fround(fround(h3 * w3) + v3);
    v4 = fround(fround(h4 * w4) + v4);
    v5 = fround(fround(h5 * w5) + v5);
    v6 = fround(fround(h6 * w6) + v6);
    v7 = fround(fround(h7 * w7) + v7);
    v0 = fround(fround(v0 * w0) + r0);
    v1 = fround(fround(v1 * w1) + r1);
    v2 = fround(fround(v2 * w2) + r2);
    v3 = fround(fround(v3 * w3) + r3);
    v4 = fround(fround(v4 * w4) + r4);
    v5 = fround(fround(v5 * w5) + r5);
    v6 = fround(fround(v6 * w6) + r6);
    v7 = fround(fround(v7 * w7) + r7);
    const s0 = POWER[(n0 + offset) | 0];
    const s1 = POWER[(n1 + offset) | 0];
    const s2 = POWER[(n2 + offset) | 0];
    const s3 = POWER[(n3 + offset) | 0];
    const s4 = POWER[(n4 + offset) | 0];
    const s5 = POWER[(n5 + offset) | 0];
    const s6 = POWER[(n6 + offset) | 0];
    const s7 = POWER[(n7 + offset) | 0];
    E[e] = s0 + fround(v0 * s0);
    E[e + 1] = s1 + fround(v1 * s1);
    E[e + 2] = s2 + fround(v2 * s2);
    E[e + 3] = s3 + fround(v3 * s3);
    E[e + 4] = s4 + fround(v4 * s4);
    E[e + 5] = s5 + fround(v5 * s5);
    E[e + 6] = s6 + fround(v6 * s6);
    E[e + 7] = s7 + fround(v7 * s7);
  }
  for (; x < end; x++, e++) {
    let x0 = X[x];
    if (x0 < low) x0 = low;
    const n0 = fround(x0 * log2e) + magic - magic;
    const r0 = fround(x0 - n0 * hi - fround(n0 * lo));
    const w0 = fround(r0 * r0);
    const h0 = fround(fround(c6 * w0) + fround(fround(c5 * r0) + c4));
    const v0 = fround(fround(fround(fround(h0 * w0) + fround(fround(c3 * r0) + c2)) * w0) + r0);
    const s0 = POWER[(n0 + offset) | 0];
    E[e] = s0 + fround(v0 * s0);
  }
}

/** E[e + i] = 2^(bias - 127) exp((X[x + i] - m) beta), reduced in float64. */
export function expShifted(
  E: Float32Array, e: number, X: Float32Array, x: number, n: number, m: number, beta: number, bias: number,
): void {
  const low = (CLAMP - bias) * LN2_F64;
  const magic = ROUND_F64 + bias;
  for (let i = 0; i < n; i++) {
    let z = (X[x + i] - m) * beta;
    if (z < low) z = low;
    const k = z * LOG2E_F64 + magic - magic;
    const v = expm1Poly(fround(z - k * LN2_HI_F64 - k * LN2_LO_F64));
    const s = POWER[(k + bias) | 0];
    E[e + i] = s + fround(v * s);
  }
}
