// Layer normalization (Ba, Kiros and Hinton 2016, arXiv 1607.06450), forward and backward. Two passes: x - mean is taken
// before it is squared.
import { fold, load4, onlyHigh, onlyLow, store4 } from "../alternatives/lanes";
import { columnSums } from "../gemm/gemmtn";
import { bytes, high64, low64 } from "../simd";

/** sum x w / n, w of 0: 1 */
function meanOf(x: usize, w: usize, n: i32): f64 {
  let low = f64x2.splat(0), high = low;
  for (let left = n; left > 0; left -= 4, x += 16) {
    const v = load4(x, left);
    let a = low64(v), b = high64(v);
    if (w) {
      const f = load4(w, left);
      a = f64x2.mul(a, low64(f)), b = f64x2.mul(b, high64(f)), w += 16;
    }
    low = f64x2.add(low, a);
    high = f64x2.add(high, b);
  }
  return fold(low, high) / <f64>n;
}

/** sum (a w - s) (b - t) / n, w of 0: 1 */
function covariance(a: usize, w: usize, s: f64, b: usize, t: f64, n: i32): f64 {
  const vs = f64x2.splat(s), vt = f64x2.splat(t);
  let low = f64x2.splat(0), high = low;
  for (let left = n; left > 0; left -= 4, a += 16, b += 16) {
    const v = load4(a, left), u = load4(b, left);
    let p = low64(v), q = high64(v);
    if (w) {
      const f = load4(w, left);
      p = f64x2.mul(p, low64(f)), q = f64x2.mul(q, high64(f)), w += 16;
    }
    low = f64x2.add(low, onlyLow(f64x2.mul(f64x2.sub(p, vs), f64x2.sub(low64(u), vt)), left));
    high = f64x2.add(high, onlyHigh(f64x2.mul(f64x2.sub(q, vs), f64x2.sub(high64(u), vt)), left));
  }
  return fold(low, high) / <f64>n;
}

/** The factor of a row. In a constant row x - mean is 0 exactly, whatever its length. */
function factor(x: usize, mean: f64, n: i32, eps: f64): f64 {
  const m = f64x2.splat(mean);
  let low = f64x2.splat(0), high = low;
  for (let left = n; left > 0; left -= 4, x += 16) {
    const v = load4(x, left), p = f64x2.sub(low64(v), m), q = f64x2.sub(high64(v), m);
    low = f64x2.add(low, onlyLow(f64x2.mul(p, p), left));
    high = f64x2.add(high, onlyHigh(f64x2.mul(q, q), left));
  }
  const variance = fold(low, high) / <f64>n + eps;
  return variance == 0 ? 0 : 1 / sqrt(variance);
}

/**
 * y = (x - mean(x)) / sqrt(variance(x) + eps) weight + bias, row by row, the variance over n; x - mean counts for 0 in
 * constant rows with eps = 0
 * y[rows][ldy], x[rows][ldx], weight[cols], bias[cols], 0 for 1 and for 0; y may be x with ldy = ldx
 * sums in four float64 lanes, see src/contract.ts; rounded once, error 0.5 ULP and n 2^-53 of the largest |x - mean|
 */
export function layerNorm(
  y: usize, x: usize, weight: usize, bias: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, eps: f64,
): void {
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const mean = meanOf(x, 0, cols), k = f64x2.splat(factor(x, mean, cols, eps)), m = f64x2.splat(mean);
    for (let i = 0; i < cols; i += 4) {
      const at = bytes(i), left = cols - i, v = load4(x + at, left);
      let p = f64x2.mul(f64x2.sub(low64(v), m), k), q = f64x2.mul(f64x2.sub(high64(v), m), k);
      if (weight) {
        const w = load4(weight + at, left);
        p = f64x2.mul(p, low64(w)), q = f64x2.mul(q, high64(w));
      }
      if (bias) {
        const b = load4(bias + at, left);
        p = f64x2.add(p, low64(b)), q = f64x2.add(q, high64(b));
      }
      store4(y + at, p, q, left);
    }
  }
}

/**
 * s the standard scores of x, d = dy weight: dx = (d - mean(d) - s mean(d s)) / sqrt(variance(x) + eps); dweight += dy s and
 * dbias += the rows of dy
 * dweight[cols], dbias[cols], 0 for none; dx[rows][lddx], dy[rows][lddy], x[rows][ldx], weight[cols] or 0; dx may be dy or x
 * with the same leading dimension
 * rows from the last: dweight and dbias are rounded to float32 at each, and lose R 2^-24 of the sum of the magnitudes in R rows
 */
export function layerNormBackward(
  dweight: usize, dbias: usize, dx: usize, dy: usize, x: usize, weight: usize, rows: i32, cols: i32, lddx: i32, lddy: i32,
  ldx: i32, eps: f64,
): void {
  if (dbias) columnSums(dbias, dy, rows, cols, lddy); // before dx, which may be dy
  for (let r = rows - 1; r >= 0; r--) {
    const to = dx + bytes(r * lddx), d = dy + bytes(r * lddy), from = x + bytes(r * ldx);
    const mean = meanOf(from, 0, cols), scale = factor(from, mean, cols, eps);
    if (dweight) addProducts(dweight, d, from, mean, scale, cols);
    rowBackward(to, d, weight, from, mean, scale, cols);
  }
}

/** sum[n] = sum + dy (x - mean) scale, in float64, rounded once */
@inline
function addProducts(sum: usize, dy: usize, x: usize, mean: f64, scale: f64, n: i32): void {
  const m = f64x2.splat(mean), k = f64x2.splat(scale);
  for (let left = n; left > 0; left -= 4, sum += 16, dy += 16, x += 16) {
    const s = load4(sum, left), d = load4(dy, left), v = load4(x, left);
    const p = f64x2.mul(low64(d), f64x2.mul(f64x2.sub(low64(v), m), k));
    const q = f64x2.mul(high64(d), f64x2.mul(f64x2.sub(high64(v), m), k));
    store4(sum, f64x2.add(low64(s), p), f64x2.add(high64(s), q), left);
  }
}

@inline
function rowBackward(dx: usize, dy: usize, weight: usize, x: usize, mean: f64, scale: f64, n: i32): void {
  const upstream = meanOf(dy, weight, n);
  const c = f64x2.splat(covariance(dy, weight, upstream, x, mean, n) * (scale * scale));
  const k = f64x2.splat(scale), m = f64x2.splat(mean), g = f64x2.splat(upstream);
  for (let i = 0; i < n; i += 4) {
    const at = bytes(i), left = n - i, d = load4(dy + at, left), v = load4(x + at, left);
    let p = low64(d), q = high64(d);
    if (weight) {
      const f = load4(weight + at, left);
      p = f64x2.mul(p, low64(f)), q = f64x2.mul(q, high64(f));
    }
    p = f64x2.sub(f64x2.sub(p, g), f64x2.mul(f64x2.sub(low64(v), m), c));
    q = f64x2.sub(f64x2.sub(q, g), f64x2.mul(f64x2.sub(high64(v), m), c));
    store4(dx + at, f64x2.mul(p, k), f64x2.mul(q, k), left);
  }
}
