// log(1 + exp(x)) and its mirror image log sigmoid(x) = -softplus(-x) on f64x2, every float32, and their gradients.
// Bound of softplus: <= 0.501 ULP
// Worst of softplus: 0.500001 ULP at 0x3ad68ba7, got 0.693965912, want 0.693965941668; 99.999999 % correct
// Bound of softplusBackward: <= 0.501 ULP
// Worst of softplusBackward: 0.500000 ULP at 0x34000000, got 0.5, want 0.500000029802; 100.000000 % correct
// Bound of logSigmoid: <= 0.501 ULP
// Worst of logSigmoid: 0.500001 ULP at 0xbad68ba7, got -0.693965912, want -0.693965941668; 99.999999 % correct
// Bound of logSigmoidBackward: <= 0.501 ULP
// Worst of logSigmoidBackward: 0.500000 ULP at 0x33800000, got 0.5, want 0.499999985099; 100.000000 % correct
import { expOfMinus2, one } from "./double";
import { logOnePlus2 } from "./log1p";

/** log(1 + exp(-|x|)) */
@inline
function logOf(x: v128): v128 {
  const e = expOfMinus2(x);
  return logOnePlus2(e, f64x2.add(one(), e));
}

/** No threshold from which on it would be x: nothing overflows here. */
@inline
export function softplus2(x: v128, beta: v128): v128 {
  const z = f64x2.mul(x, beta);
  return f64x2.div(f64x2.add(f64x2.pmax(z, f64x2.splat(0)), logOf(z)), beta);
}

@inline
export function softplusGradient(dy: v128, x: v128, beta: v128): v128 {
  const z = f64x2.mul(x, beta);
  return f64x2.mul(dy, logistic(z, f64x2.lt(z, f64x2.splat(0))));
}

@inline
export function logSigmoid2(x: v128): v128 {
  return f64x2.neg(f64x2.sub(logOf(x), f64x2.pmin(x, f64x2.splat(0))));
}

@inline
export function logSigmoidGradient(dy: v128, x: v128): v128 {
  return f64x2.mul(dy, logistic(x, f64x2.gt(x, f64x2.splat(0))));
}

/** sigmoid(-|x|) where `small`, else sigmoid(|x|) */
@inline
function logistic(x: v128, small: v128): v128 {
  const e = expOfMinus2(x);
  return f64x2.div(v128.bitselect(e, one(), small), f64x2.add(one(), e));
}
