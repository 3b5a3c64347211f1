import {
  EXP_MAX_F64, EXP_MIN_F64, EXP_OVERFLOW_F64, EXP_UNDERFLOW_F64, LN2_HI_F64, LN2_LO_F64, LOG2E_F64, ROUND_F64,
} from "../../coefficients.js";
import { POWER_F64 } from "../simd.js";

export function expm1Taylor(r: number, tail: number = TAIL): number {
  const w = r * r;
  const w2 = w * w;
  const low = 0.5 + (1 / 6) * r + w * (1 / 24 + (1 / 120) * r);
  const high = 1 / 720 + (1 / 5040) * r + w * (1 / 40320 + (1 / 362880) * r);
  return r + w * (low + w2 * (high + w2 * tail));
}

/** To degree 10, and to degree 13. */
const TAIL = 1 / 3628800;
function preciseTail(r: number): number {
  return TAIL + (1 / 39916800) * r + r * r * (1 / 479001600 + (1 / 6227020800) * r);
}

function exponentOf(z: number): number {
  return z * LOG2E_F64 + ROUND_F64 - ROUND_F64;
}

function remainder(z: number, n: number): number {
  return z - n * LN2_HI_F64 - n * LN2_LO_F64;
}

/** 2^n */
function power(n: number): number {
  return POWER_F64[(n + 1023) | 0];
}

/** z in [-700, 700]; NaN stays. */
function clamp(z: number): number {
  return z < EXP_MIN_F64 ? EXP_MIN_F64 : z > EXP_MAX_F64 ? EXP_MAX_F64 : z;
}

export function exp2(z: number): number {
  const a = clamp(z);
  const n = exponentOf(a);
  const s = power(n);
  const r = remainder(a, n);
  return s + s * expm1Taylor(r, preciseTail(r));
}

export function expAnywhere2(z: number): number {
  return z > EXP_OVERFLOW_F64 ? Number.POSITIVE_INFINITY : z < EXP_UNDERFLOW_F64 ? 0 : exp2(z);
}

export function expOfMinus2(x: number): number {
  const z = -Math.abs(x);
  return z <= EXP_MIN_F64 ? 0 : exp2(z);
}

export function expm1Of2(z: number): number {
  if (z === 0) return z;
  const a = clamp(z);
  const n = exponentOf(a);
  const s = power(n);
  const r = remainder(a, n);
  return s - 1 + s * expm1Taylor(r, preciseTail(r));
}
