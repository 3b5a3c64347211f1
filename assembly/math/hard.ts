// What is linear between two knots, and their gradients, which are 0 at the knots: hardSigmoid on f64x2, hardTanh on f32x4.
// Bound of hardSigmoid: <= 0.501 ULP
// Worst of hardSigmoid: 0.500000 ULP at 0x34400000, got 0.5, want 0.500000029802; 100.000000 % correct
// Bound of hardSigmoidBackward: <= 0.501 ULP
// Worst of hardSigmoidBackward: 0.333334 ULP at 0x00000000, got 0.166666672, want 0.166666666667; 100.000000 % correct
// Bound of hardTanh: <= 0 ULP
// Worst of hardTanh: 0 ULP at -, got -, want -; 100.000000 % correct
// Bound of hardTanhBackward: <= 0 ULP
// Worst of hardTanhBackward: 0 ULP at -, got -, want -; 100.000000 % correct
import { one } from "./double";

@inline
export function hardSigmoid2(x: v128, alpha: v128, beta: v128): v128 {
  const y = f64x2.add(f64x2.mul(alpha, x), beta);
  return f64x2.pmin(f64x2.pmax(y, f64x2.splat(0)), one());
}

@inline
export function hardSigmoidGradient(dy: v128, x: v128, alpha: v128, beta: v128): v128 {
  const y = f64x2.add(f64x2.mul(alpha, x), beta);
  return v128.and(f64x2.mul(dy, alpha), v128.and(f64x2.gt(y, f64x2.splat(0)), f64x2.lt(y, one())));
}

@inline
export function hardTanh4(x: v128, least: v128, most: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, least), most);
}

@inline
export function hardTanhGradient(dy: v128, x: v128, least: v128, most: v128): v128 {
  return v128.andnot(dy, v128.or(f32x4.le(x, least), f32x4.ge(x, most)));
}
