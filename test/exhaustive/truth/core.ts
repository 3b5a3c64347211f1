// exp and log on f64x2, to some 2^-53. A truth of its own: it shares no code with assembly/.

@inline
export function splat(x: f64): v128 {
  return f64x2.splat(x);
}

@inline
function times(a: v128, x: v128, c: f64): v128 {
  return f64x2.add(f64x2.mul(a, x), splat(c));
}

/** round(z / ln 2) */
@inline
function exponentOf(z: v128): v128 {
  return f64x2.nearest(f64x2.mul(z, splat(1.4426950408889634)));
}

/** exp(r) - 1, r = z - n ln 2 with fdlibm's ln 2 in two parts: Taylor to degree 13 by Horner's scheme. */
@inline
function expm1Reduced(z: v128, n: v128): v128 {
  const high = f64x2.sub(z, f64x2.mul(n, splat(6.93147180369123816490e-01)));
  const r = f64x2.sub(high, f64x2.mul(n, splat(1.90821492927058770002e-10)));
  let p = times(splat(1.0 / 6227020800), r, 1.0 / 479001600);
  p = times(p, r, 1.0 / 39916800);
  p = times(p, r, 1.0 / 3628800);
  p = times(p, r, 1.0 / 362880);
  p = times(p, r, 1.0 / 40320);
  p = times(p, r, 1.0 / 5040);
  p = times(p, r, 1.0 / 720);
  p = times(p, r, 1.0 / 120);
  p = times(p, r, 1.0 / 24);
  p = times(p, r, 1.0 / 6);
  p = times(p, r, 0.5);
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), p));
}

/** 2^n, |n| <= 1010 */
@inline
function power(n: v128): v128 {
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  return i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
}

/** Beyond 700 float32 has 0 and Infinity. NaN stays. */
@inline
function clamped(z: v128): v128 {
  return f64x2.pmin(f64x2.pmax(z, splat(-700)), splat(700));
}

@inline
export function exp(x: v128): v128 {
  const z = clamped(x), n = exponentOf(z), s = power(n);
  return f64x2.add(s, f64x2.mul(s, expm1Reduced(z, n)));
}

@inline
export function expm1(x: v128): v128 {
  const z = clamped(x), n = exponentOf(z), s = power(n);
  return f64x2.add(f64x2.sub(s, splat(1)), f64x2.mul(s, expm1Reduced(z, n)));
}

/** log(1 + u), y = 1 + u > 0 or u = NaN: the series of atanh in s = f / (2 + f), to s^23. */
@inline
export function logOf(u: v128, y: v128): v128 {
  const half = i64x2.splat(0x3fe6a09e667f3bcd), i = i64x2.sub(y, half), k = i64x2.shr_s(i, 52);
  const mantissa = i64x2.add(v128.and(i, i64x2.splat(0xfffffffffffff)), half);
  const f = v128.bitselect(u, f64x2.sub(mantissa, splat(1)), i64x2.eq(k, i64x2.splat(0)));
  const s = f64x2.div(f, f64x2.add(splat(2), f)), w = f64x2.mul(s, s);
  let p = times(splat(2.0 / 23), w, 2.0 / 21);
  p = times(p, w, 2.0 / 19);
  p = times(p, w, 2.0 / 17);
  p = times(p, w, 2.0 / 15);
  p = times(p, w, 2.0 / 13);
  p = times(p, w, 2.0 / 11);
  p = times(p, w, 2.0 / 9);
  p = times(p, w, 2.0 / 7);
  p = times(p, w, 2.0 / 5);
  p = times(p, w, 2.0 / 3);
  const series = f64x2.add(f64x2.add(s, s), f64x2.mul(f64x2.mul(s, w), p));
  const n = f64x2.convert_low_i32x4_s(i32x4.shuffle(k, k, 0, 2, 0, 2));
  const low = f64x2.add(series, f64x2.mul(n, splat(1.90821492927058770002e-10)));
  return f64x2.add(f64x2.mul(n, splat(6.93147180369123816490e-01)), low);
}

@inline
export function where(condition: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, condition);
}

/** log y with y = 1 + u: 0 gives -Infinity, below it NaN; Infinity and NaN stay. */
@inline
export function log(u: v128, y: v128): v128 {
  const zero = splat(0);
  const outside = where(f64x2.eq(y, zero), splat(-Infinity), splat(NaN));
  return where(f64x2.lt(y, splat(Infinity)), where(f64x2.gt(y, zero), logOf(u, y), outside), y);
}
