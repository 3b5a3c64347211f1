// exp, log and power on f64x2 as functions that are not inlined: what holds several of them would be large, and slower,
// since V8 loads the constants of all of them first and spills.
import { expOfMinus2, one } from "../math/double";
import { logOnePlus2 } from "../math/log1p";

/** exp(-|x|); 0 from 700 on */
export function expOfMinus(x: v128): v128 {
  return expOfMinus2(x);
}

/** log(y), y = 1 + u > 0 and normal */
export function logOf(u: v128, y: v128): v128 {
  return logOnePlus2(u, y);
}

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: v128, power: f64): v128 {
  if (power == 0) return v128.bitselect(one(), u, f64x2.eq(u, u));
  const y = expOfMinus(f64x2.mul(f64x2.splat(power), logOf(f64x2.sub(u, one()), u)));
  return v128.bitselect(v128.andnot(y, f64x2.eq(u, f64x2.splat(0))), u, f64x2.eq(u, u));
}
