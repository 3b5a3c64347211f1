import { expOfMinus2 } from "../math/double.js";
import { logOnePlus2 } from "../math/log1p.js";

/** exp(z), z <= 0; 0 from -700 on */
export const exp64 = expOfMinus2;

/** log(v), v > 0 and normal */
export function log64(v: number): number {
  return logOnePlus2(v - 1, v);
}

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: number, power: number): number {
  if (Number.isNaN(u)) return u;
  if (u === 0 || power === 0) return power === 0 ? 1 : 0;
  return exp64(power * log64(u));
}
