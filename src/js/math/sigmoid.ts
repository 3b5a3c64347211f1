import { EXP_MIN, EXP_TINY, ROUND_F64 } from "../../coefficients.js";
import {
  EXP_C2, EXP_C3, EXP_C4, EXP_C5, EXP_C6, GATE_MIN, LN2_HI, LN2_LO, LOG2E, SIGMOID_SPLIT, SIGMOID_UNSCALE,
} from "../constants.js";
import { fround, POWER } from "../simd.js";
import { expm1Poly, exponentOf, remainder } from "./exp.js";

function isNegative(x: number): boolean {
  return x < 0 || (x === 0 && 1 / x < 0);
}

/** 1 - q, q and the series, by the sign of x and whether x lies below the split: a pick is faster than two branches. */
const picks = new Float64Array(4);

/** Constants in locals: V8 loads an imported one again at every use. */
export function sigmoids(F: Float32Array, I: Int32Array, to: number, from: number, n: number): void {
  const magic = ROUND_F64;
  const log2e = LOG2E;
  const hi = LN2_HI;
  const lo = LN2_LO;
  const c2 = EXP_C2;
  const c3 = EXP_C3;
  const c4 = EXP_C4;
  const c5 = EXP_C5;
  const c6 = EXP_C6;
  const tiny = -EXP_TINY;
  const unscale = SIGMOID_UNSCALE;
  const split = SIGMOID_SPLIT;
  const power = POWER;
  const pick = picks;
  for (const end = from + n; from < end; from++, to++) {
    let z = Math.max(-Math.abs(F[from]), EXP_MIN);
    if (z > tiny) z = 0;
    const k = fround(z * log2e) + magic - magic;
    const r = fround(z - k * hi - fround(k * lo));
    const w = fround(r * r);
    const high = fround(fround(c6 * w) + fround(fround(c5 * r) + c4));
    const v = fround(fround(fround(fround(high * w) + fround(fround(c3 * r) + c2)) * w) + r);
    const s = power[(k + 127 + 64) | 0];
    const e = fround(fround(fround(v * s) + s) * unscale);
    const q = fround(e / fround(1 + e));
    pick[0] = 1 - q;
    pick[1] = q;
    pick[2] = 1 - q;
    pick[3] = fround(fround(fround(fround(v - q) - fround(v * q)) * s) + s) * unscale;
    F[to] = pick[(I[from] >>> 31) + 2 * (Number(z <= split) | 0)];
  }
}

/** The form of the gates. */
export function gateSigmoid(x: number): number {
  const a = -Math.abs(x);
  const z = a < GATE_MIN ? GATE_MIN : a;
  const n = exponentOf(z);
  const s = POWER[(n + 127) | 0];
  const e = fround(fround(expm1Poly(remainder(z, n)) * s) + s);
  const q = fround(e / fround(1 + e));
  return isNegative(x) ? q : fround(1 - q);
}

export function sigmoidGradient(dy: number, y: number): number {
  return dy * (y * (1 - y));
}
