// exp and log on f64x2 as functions that are not inlined: code that holds several is smaller so, and faster, since V8 loads
// the constants of a block first and would spill them.
import { expOfMinus2 } from "./double";
import { logOnePlus2 } from "./log1p";

/** exp(-|x|); 0 from 700 on */
export function expOfMinus(x: v128): v128 {
  return expOfMinus2(x);
}

/** log(y), y = 1 + u > 0 and normal */
export function logOf(u: v128, y: v128): v128 {
  return logOnePlus2(u, y);
}
