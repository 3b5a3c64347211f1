import { EXP_MIN } from "../../coefficients.js";
import { GATE_MIN, SIGMOID_SPLIT, SIGMOID_UNSCALE } from "../constants.js";
import { fround, madd, nmadd, POWER } from "../simd.js";
import { expm1Poly, exponentOf, remainder } from "./exp.js";

function isNegative(x: number): boolean {
  return x < 0 || (x === 0 && 1 / x < 0);
}

export function sigmoid4(x: number): number {
  const a = -Math.abs(x);
  const z = a < EXP_MIN ? EXP_MIN : a;
  const n = exponentOf(z);
  const v = expm1Poly(remainder(z, n));
  const s = POWER[n + 127 + 64];
  const e = fround(madd(v, s, s) * SIGMOID_UNSCALE);
  const q = fround(e / fround(1 + e));
  if (!isNegative(x)) return fround(1 - q);
  if (z > SIGMOID_SPLIT) return q;
  return fround(madd(nmadd(v, q, fround(v - q)), s, s) * SIGMOID_UNSCALE);
}

/** The form of the gates. */
export function gateSigmoid(x: number): number {
  const a = -Math.abs(x);
  const z = a < GATE_MIN ? GATE_MIN : a;
  const n = exponentOf(z);
  const s = POWER[n + 127];
  const e = madd(expm1Poly(remainder(z, n)), s, s);
  const q = fround(e / fround(1 + e));
  return isNegative(x) ? q : fround(1 - q);
}

export function sigmoidGradient(dy: number, y: number): number {
  return dy * (y * (1 - y));
}
