// max(x, 0) and its forms with a slope below 0, on f32x4, and their gradients: relu has 0 at 0, the others the slope.
// Bound of relu: <= 0 ULP
// Bound of reluBackward: <= 0 ULP
// Bound of leakyRelu: <= 0.5 ULP
// Bound of leakyReluBackward: <= 0.5 ULP

@inline
export function relu4(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}

@inline
export function reluGradient(dy: v128, y: v128): v128 {
  return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
}

@inline
export function leakyRelu4(x: v128, slope: v128): v128 {
  return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, f32x4.splat(0)));
}

@inline
export function leakyReluGradient(dy: v128, x: v128, slope: v128): v128 {
  return v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.gt(x, f32x4.splat(0)));
}
