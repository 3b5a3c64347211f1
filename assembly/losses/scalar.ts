import { expOfMinus, logOf } from "../math/calls";
import { one } from "../math/double";

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: v128, power: f64): v128 {
  if (power == 0) return v128.bitselect(one(), u, f64x2.eq(u, u));
  const y = expOfMinus(f64x2.mul(f64x2.splat(power), logOf(f64x2.sub(u, one()), u)));
  return v128.bitselect(v128.andnot(y, f64x2.eq(u, f64x2.splat(0))), u, f64x2.eq(u, u));
}
