import { TANH_TINY } from "../../coefficients.js";
import {
  TANH_D0, TANH_D1, TANH_D2, TANH_D3, TANH_D4, TANH_D5, TANH_ONE, TANH_SMALL,
} from "../constants.js";
import { fround, POWER } from "../simd.js";
import { expm1Poly, exponentOf, remainder } from "./exp.js";

export function tanh4(x: number): number {
  const magnitude = Math.abs(x);
  const a = magnitude > TANH_ONE ? TANH_ONE : magnitude;
  let y: number;
  if (a < TANH_TINY) y = a;
  else if (a < TANH_SMALL) {
    const u = fround(a * a);
    let d = fround(fround(TANH_D5 * u) + TANH_D4);
    d = fround(fround(d * u) + TANH_D3);
    d = fround(fround(d * u) + TANH_D2);
    d = fround(fround(d * u) + TANH_D1);
    d = fround(fround(d * u) + TANH_D0);
    y = fround(fround(fround(d * u) * a) + a);
  } else {
    const z = fround(a + a);
    const n = exponentOf(z);
    const s = POWER[(n + 127) | 0];
    y = fround(1 - fround(2 / fround(fround(expm1Poly(remainder(z, n)) * s) + fround(s + 1))));
  }
  return x < 0 || (x === 0 && 1 / x < 0) ? -y : y;
}

export function tanhGradient(dy: number, y: number): number {
  return dy * (1 - y * y);
}
