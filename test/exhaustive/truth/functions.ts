// Every elementary function with its default parameters, and its gradient at dy = 1 as a function of what it takes beside dy.
// The truth of all float32 inputs, float64 on f64x2; infinities, NaN and signed zeros as the contract has them.
import { exp, expm1, log, logOf, splat, where } from "./core";

export const EXP = 0, EXP_BACKWARD = 1, EXPM1 = 2, EXPM1_BACKWARD = 3, LOG = 4, LOG_BACKWARD = 5, LOG1P = 6,
  LOG1P_BACKWARD = 7, SIGMOID = 8, SIGMOID_BACKWARD = 9, LOG_SIGMOID = 10, LOG_SIGMOID_BACKWARD = 11, TANH = 12,
  TANH_BACKWARD = 13, SOFTPLUS = 14, SOFTPLUS_BACKWARD = 15, SILU = 16, SILU_BACKWARD = 17, ELU = 18, ELU_BACKWARD =
  19, SOFTSIGN = 20, SOFTSIGN_BACKWARD = 21, HARD_SIGMOID = 22, HARD_SIGMOID_BACKWARD = 23, HARD_TANH = 24,
  HARD_TANH_BACKWARD = 25, RELU = 26, RELU_BACKWARD = 27, LEAKY_RELU = 28, LEAKY_RELU_BACKWARD = 29,
  CELL_SIGMOID = 30;

/** log(1 + exp(-|v|)); from 150 on 0, which it rounds to: its powers would be denormal, and slow. */
@inline
function logOf1(v: v128): v128 {
  const a = f64x2.abs(v), e = v128.andnot(exp(f64x2.neg(a)), f64x2.gt(a, splat(150)));
  return logOf(e, f64x2.add(splat(1), e));
}

@inline
function sigmoid(v: v128): v128 {
  const e = exp(f64x2.neg(f64x2.abs(v)));
  return f64x2.div(where(f64x2.lt(v, splat(0)), e, splat(1)), f64x2.add(splat(1), e));
}

@inline
function tanh(v: v128): v128 {
  const a = f64x2.abs(v), m = expm1(f64x2.add(a, a)), y = f64x2.div(m, f64x2.add(m, splat(2)));
  return v128.or(y, v128.xor(v, a));
}

@inline
function clamp(v: v128, least: f64, most: f64): v128 {
  return f64x2.pmin(f64x2.pmax(v, splat(least)), splat(most));
}

@inline
function isInfinite(v: v128): v128 {
  return f64x2.eq(f64x2.abs(v), splat(Infinity));
}

/** s (1 + v (1 - s)), s = sigmoid(v); within 1/16 of its zero, where that cancels, Taylor around the zero. */
@inline
function siluGradient(v: v128): v128 {
  const d = f64x2.sub(f64x2.sub(v, splat(-1.2784645427610737)), splat(-1.0946994183093437e-16));
  let p = splat(-2.942631888842464e-6);
  p = f64x2.add(f64x2.mul(p, d), splat(-2.9733542213263917e-5));
  p = f64x2.add(f64x2.mul(p, d), splat(-4.090534237428612e-5));
  p = f64x2.add(f64x2.mul(p, d), splat(0.00018570724361186496));
  p = f64x2.add(f64x2.mul(p, d), splat(0.0007985218818397998));
  p = f64x2.add(f64x2.mul(p, d), splat(0.000126627410081122));
  p = f64x2.add(f64x2.mul(p, d), splat(-0.006606589138356696));
  p = f64x2.add(f64x2.mul(p, d), splat(-0.015222655223188032));
  p = f64x2.add(f64x2.mul(p, d), splat(0.018874814223782312));
  p = f64x2.add(f64x2.mul(p, d), splat(0.1466487969969469));
  p = f64x2.add(f64x2.mul(p, d), splat(0.2178117057198001));
  const away = f64x2.mul(sigmoid(v), f64x2.add(splat(1), f64x2.mul(v, sigmoid(f64x2.neg(v)))));
  const y = where(f64x2.lt(f64x2.abs(d), splat(1.0 / 16)), f64x2.mul(p, d), away);
  return where(isInfinite(v), splat(NaN), y);
}

@inline
export function forward(f: i32, v: v128): v128 {
  const zero = splat(0), one = splat(1);
  if (f == EXP) return exp(v);
  if (f == EXPM1) return where(f64x2.eq(v, zero), v, expm1(v));
  if (f == LOG) return log(f64x2.sub(v, one), v);
  if (f == LOG1P) return where(f64x2.eq(v, zero), v, log(v, f64x2.add(one, v)));
  if (f == SIGMOID) return sigmoid(v);
  if (f == CELL_SIGMOID) return sigmoid(f64x2.pmax(v, splat(<f64>(<f32>-87.33))));
  if (f == LOG_SIGMOID) return f64x2.neg(f64x2.sub(logOf1(v), f64x2.pmin(v, zero)));
  if (f == TANH) return tanh(v);
  if (f == SOFTPLUS) return f64x2.add(f64x2.pmax(v, zero), logOf1(v));
  if (f == SILU) return where(f64x2.eq(v, splat(-Infinity)), splat(NaN), f64x2.mul(v, sigmoid(v)));
  if (f == ELU) return where(f64x2.gt(v, zero), v, where(f64x2.eq(v, zero), v, expm1(v)));
  if (f == SOFTSIGN) return f64x2.div(v, f64x2.add(one, f64x2.abs(v)));
  if (f == HARD_SIGMOID) return clamp(f64x2.div(f64x2.add(v, splat(3)), splat(6)), 0, 1);
  if (f == HARD_TANH) return clamp(v, -1, 1);
  if (f == RELU) return where(f64x2.lt(v, zero), zero, v);
  return where(f64x2.gt(v, zero), v, f64x2.mul(v, splat(<f64>(<f32>0.01))));
}

@inline
export function backward(f: i32, v: v128): v128 {
  const zero = splat(0), one = splat(1);
  if (f == EXP_BACKWARD) return v;
  if (f == EXPM1_BACKWARD) return exp(v);
  if (f == LOG_BACKWARD) return f64x2.div(one, v);
  if (f == LOG1P_BACKWARD) return f64x2.div(one, f64x2.add(one, v));
  if (f == SIGMOID_BACKWARD) return f64x2.mul(v, f64x2.sub(one, v));
  if (f == LOG_SIGMOID_BACKWARD) return sigmoid(f64x2.neg(v));
  if (f == TANH_BACKWARD) return f64x2.mul(f64x2.sub(one, v), f64x2.add(one, v));
  if (f == SOFTPLUS_BACKWARD) return sigmoid(v);
  if (f == SILU_BACKWARD) return siluGradient(v);
  if (f == ELU_BACKWARD) return where(f64x2.le(v, zero), exp(v), one);
  if (f == SOFTSIGN_BACKWARD) {
    const a = f64x2.add(one, f64x2.abs(v));
    return where(isInfinite(v), splat(NaN), f64x2.div(one, f64x2.mul(a, a)));
  }
  if (f == HARD_SIGMOID_BACKWARD) return v128.and(f64x2.lt(f64x2.abs(v), splat(3)), splat(1.0 / 6));
  if (f == HARD_TANH_BACKWARD) return where(f64x2.ge(f64x2.abs(v), one), zero, one);
  if (f == RELU_BACKWARD) return where(f64x2.le(v, zero), zero, one);
  return where(f64x2.gt(v, zero), one, splat(<f64>(<f32>0.01)));
}
