import { EXP_MIN_F64, LN2_HI_F64, LN2_LO_F64, LOG2E_F64, ROUND_F64, TANH_ONE_F64 } from "../../coefficients.js";
import { withHigh } from "../simd.js";

export function expm1Taylor(r: number): number {
  const w = r * r;
  const w2 = w * w;
  const low = 0.5 + (1 / 6) * r + w * (1 / 24 + (1 / 120) * r);
  const high = 1 / 720 + (1 / 5040) * r + w * (1 / 40320 + (1 / 362880) * r);
  return r + w * (low + w2 * (high + w2 * (1 / 3628800)));
}

function exponentOf(z: number): number {
  return z * LOG2E_F64 + ROUND_F64 - ROUND_F64;
}

function remainder(z: number, n: number): number {
  return z - n * LN2_HI_F64 - n * LN2_LO_F64;
}

/** 2^n */
function power(n: number): number {
  return withHigh(0, (n + 1023) << 20);
}

/** exp(z) for z <= 0. */
export function exp2(z: number): number {
  const x = z < EXP_MIN_F64 ? EXP_MIN_F64 : z;
  const n = exponentOf(x);
  const s = power(n);
  return s + s * expm1Taylor(remainder(x, n));
}

export function sigmoid2(x: number): number {
  const a = -Math.abs(x);
  const z = a < EXP_MIN_F64 ? EXP_MIN_F64 : a;
  const n = exponentOf(z);
  const s = power(n);
  const e = s + s * expm1Taylor(remainder(z, n));
  return (x < 0 ? e : 1) / (1 + e);
}

export function tanh2(x: number): number {
  const magnitude = Math.abs(x);
  const a = magnitude > TANH_ONE_F64 ? TANH_ONE_F64 : magnitude;
  const z = a + a;
  const n = exponentOf(z);
  const s = power(n);
  const m = s - 1 + s * expm1Taylor(remainder(z, n));
  const y = m / (m + 2);
  return x < 0 ? -y : y;
}
