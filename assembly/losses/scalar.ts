// exp, log and power of one float64.
import { expOfMinus2 } from "../math/double";
import { logOnePlus2 } from "../math/log1p";

/** exp(z), z <= 0; 0 from -700 on */
export function exp64(z: f64): f64 {
  return f64x2.extract_lane(expOfMinus2(f64x2.splat(z)), 0);
}

/** log(v), v > 0 and normal */
export function log64(v: f64): f64 {
  return f64x2.extract_lane(logOnePlus2(f64x2.splat(v - 1), f64x2.splat(v)), 0);
}

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: f64, power: f64): f64 {
  if (u != u) return u;
  if (u == 0 || power == 0) return power == 0 ? 1 : 0;
  return exp64(power * log64(u));
}
