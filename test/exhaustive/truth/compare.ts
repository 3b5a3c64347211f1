// The error of a block of results in units in the last place of the truth.

/** x[i] = the float32 of the bits first + i step */
export function fill(x: usize, first: u32, step: u32, n: i32): void {
  for (let i = 0; i < n; i++, x += 4, first += step) store<u32>(x, first);
}

/** The worst case so far, and how many results were correctly rounded: see Result in ../sweep.ts. */
const WORST: usize = 0, INPUT: usize = 8, GOT: usize = 12, WANT: usize = 16, CORRECT: usize = 24;

/**
 * Compares got [n] with want [n] (float64) and updates the result. Wrong is a result of another class (NaN, Infinity, of
 * another sign, zeros too) than the truth rounded to float32; it counts as Infinity.
 */
export function compare(result: usize, got: usize, want: usize, x: usize, n: i32): void {
  let worst = f64x2.splat(load<f64>(result, WORST)), correct = i32x4.splat(0);
  for (let end = got + ((<usize>n) << 2); got < end; got += 16, want += 32, x += 16) {
    const g = v128.load(got), a = v128.load(want), b = v128.load(want, 16);
    const rounded = i64x2.shuffle(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
    const nan = v128.and(f32x4.ne(g, g), f32x4.ne(rounded, rounded));
    const same = v128.or(i32x4.eq(g, rounded), nan);
    correct = i32x4.sub(correct, same);
    const finite = v128.and(isFinite(g), isFinite(rounded));
    const alike = v128.and(finite, i32x4.ge_s(v128.xor(g, rounded), i32x4.splat(0)));
    const low = error(f64x2.promote_low_f32x4(g), a);
    const high = error(f64x2.promote_low_f32x4(i64x2.shuffle(g, g, 1, 1)), b);
    const larger = v128.or(f64x2.gt(low, worst), f64x2.gt(high, worst));
    if (v128.any_true(larger) || !i32x4.all_true(v128.or(same, alike))) {
      for (let i: usize = 0; i < 4; i++) update(result, got + 4 * i, want + 8 * i, x + 4 * i);
      worst = f64x2.splat(load<f64>(result, WORST));
    }
  }
  const total = i32x4.extract_lane(correct, 0) + i32x4.extract_lane(correct, 1) + i32x4.extract_lane(correct, 2)
    + i32x4.extract_lane(correct, 3);
  store<f64>(result, load<f64>(result, CORRECT) + <f64>total, CORRECT);
}

@inline
function isFinite(v: v128): v128 {
  return f32x4.lt(f32x4.abs(v), f32x4.splat(Infinity));
}

/** |got - want| / ulp(want); ulp = 2^(max(exponent, -126) - 23), NaN where nothing is finite. */
@inline
function error(got: v128, want: v128): v128 {
  const power = f64x2.pmax(v128.and(want, i64x2.splat(0x7ff0000000000000)), f64x2.splat(1.1754943508222875e-38));
  const scale = i64x2.sub(i64x2.splat(<i64>(2046 + 23) << 52), power);
  return f64x2.mul(f64x2.abs(f64x2.sub(got, want)), scale);
}

/** The same for one element, with its class. */
function update(result: usize, got: usize, want: usize, x: usize): void {
  const g = load<f32>(got), w = load<f64>(want), rounded = <f32>w;
  const bothNaN = g != g && rounded != rounded;
  if (bothNaN || (load<u32>(got) == reinterpret<u32>(rounded) && !(rounded - rounded == 0))) return;
  const finite = g - g == 0 && rounded - rounded == 0;
  const alike = finite && <i32>(load<u32>(got) ^ reinterpret<u32>(rounded)) >= 0;
  const e = alike ? f64x2.extract_lane(error(f64x2.splat(g), f64x2.splat(w)), 0) : Infinity;
  if (!(e > load<f64>(result, WORST))) return;
  store<f64>(result, e, WORST);
  store<f32>(result, load<f32>(x), INPUT);
  store<f32>(result, g, GOT);
  store<f64>(result, w, WANT);
}
