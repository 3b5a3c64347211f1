// max(x, 0) and its forms with a slope below 0, on f32x4, and their gradients: relu has 0 at 0, the others the slope.
// Bound of relu: <= 0 ULP
// Worst of relu: 0 ULP at -, got -, want -; 100.000000 % correct
// Bound of reluBackward: <= 0 ULP
// Worst of reluBackward: 0 ULP at -, got -, want -; 100.000000 % correct
// Bound of leakyRelu: <= 0.5 ULP
// Worst of leakyRelu: 0.500000 ULP at 0x83000000, got -3.76158114e-39, want -3.76158183855e-39; 100.000000 % correct
// Bound of leakyReluBackward: <= 0.5 ULP
// Worst of leakyReluBackward: 0 ULP at -, got -, want -; 100.000000 % correct

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
