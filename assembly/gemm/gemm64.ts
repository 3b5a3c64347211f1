// Products in float64 over packed panels of 8 columns: linear layers, and LSTM layers that are small. A product of two
// float32 is exact in float64, so a sum of them is as good as correctly rounded; it takes twice the time of gemm.ts.
import { bytes, demote, high64, low64 } from "../simd";

@inline
export function bytes64(elements: i32): usize {
  return (<usize>elements) << 3;
}

/** [a a] from a float32 or a float64 */
@inline
function splat<A>(a: usize): v128 {
  if (sizeof<A>() == 8) return v128.load64_splat(a);
  return f64x2.promote_low_f32x4(v128.load32_splat(a));
}

/** c[2][8] = cin[2][8] + a[2][K] p[K][8]; A is the type of a, `step` the bytes between its columns; c may be cin. */
function tile2x8<A>(
  c0: usize, c1: usize, cin0: usize, cin1: usize, a0: usize, a1: usize, step: usize, p: usize, K: i32,
): void {
  let s0 = v128.load(cin0), s1 = v128.load(cin0, 16), s2 = v128.load(cin0, 32), s3 = v128.load(cin0, 48);
  let t0 = v128.load(cin1), t1 = v128.load(cin1, 16), t2 = v128.load(cin1, 32), t3 = v128.load(cin1, 48);
  if (K) {
    const last = p + ((<usize>(K - 1)) << 6);
    while (true) {
      let x = splat<A>(a0), y = splat<A>(a1), w: v128;
      w = v128.load(p), s0 = f64x2.add(s0, f64x2.mul(x, w)), t0 = f64x2.add(t0, f64x2.mul(y, w));
      w = v128.load(p, 16), s1 = f64x2.add(s1, f64x2.mul(x, w)), t1 = f64x2.add(t1, f64x2.mul(y, w));
      w = v128.load(p, 32), s2 = f64x2.add(s2, f64x2.mul(x, w)), t2 = f64x2.add(t2, f64x2.mul(y, w));
      w = v128.load(p, 48), s3 = f64x2.add(s3, f64x2.mul(x, w)), t3 = f64x2.add(t3, f64x2.mul(y, w));
      if (p == last) break; // cuts the block of loads too, see gemm.ts
      a0 += step, a1 += step, p += 64;
      if (sizeof<A>() == 8) {
        x = splat<A>(a0), y = splat<A>(a1);
        w = v128.load(p), s0 = f64x2.add(s0, f64x2.mul(x, w)), t0 = f64x2.add(t0, f64x2.mul(y, w));
        w = v128.load(p, 16), s1 = f64x2.add(s1, f64x2.mul(x, w)), t1 = f64x2.add(t1, f64x2.mul(y, w));
        w = v128.load(p, 32), s2 = f64x2.add(s2, f64x2.mul(x, w)), t2 = f64x2.add(t2, f64x2.mul(y, w));
        w = v128.load(p, 48), s3 = f64x2.add(s3, f64x2.mul(x, w)), t3 = f64x2.add(t3, f64x2.mul(y, w));
        if (p == last) break;
        a0 += step, a1 += step, p += 64;
      }
    }
  }
  v128.store(c0, s0), v128.store(c0, s1, 16), v128.store(c0, s2, 32), v128.store(c0, s3, 48);
  v128.store(c1, t0), v128.store(c1, t1, 16), v128.store(c1, t2, 32), v128.store(c1, t3, 48);
}

/** c[16] = cin[16] + a[K] times two panels p, q side by side: 8 sums hide the latency of an addition. */
function row1x16<A>(c: usize, cin: usize, a: usize, step: usize, p: usize, q: usize, K: i32): void {
  let s0 = v128.load(cin), s1 = v128.load(cin, 16), s2 = v128.load(cin, 32), s3 = v128.load(cin, 48);
  let t0 = v128.load(cin, 64), t1 = v128.load(cin, 80), t2 = v128.load(cin, 96), t3 = v128.load(cin, 112);
  const end = p + ((<usize>K) << 6), never = a;
  if (p < end) {
    while (true) {
      const x = splat<A>(a);
      s0 = f64x2.add(s0, f64x2.mul(x, v128.load(p)));
      s1 = f64x2.add(s1, f64x2.mul(x, v128.load(p, 16)));
      s2 = f64x2.add(s2, f64x2.mul(x, v128.load(p, 32)));
      s3 = f64x2.add(s3, f64x2.mul(x, v128.load(p, 48)));
      if (p == never + 1) break; // never taken: see gemm.ts
      t0 = f64x2.add(t0, f64x2.mul(x, v128.load(q)));
      t1 = f64x2.add(t1, f64x2.mul(x, v128.load(q, 16)));
      t2 = f64x2.add(t2, f64x2.mul(x, v128.load(q, 32)));
      t3 = f64x2.add(t3, f64x2.mul(x, v128.load(q, 48)));
      p += 64, q += 64, a += step;
      if (p >= end) break;
    }
  }
  v128.store(c, s0), v128.store(c, s1, 16), v128.store(c, s2, 32), v128.store(c, s3, 48);
  v128.store(c, t0, 64), v128.store(c, t1, 80), v128.store(c, t2, 96), v128.store(c, t3, 112);
}

/**
 * c = cin + a p, A the type of a
 * c[M][ldc], cin[M][ldcin] (ldcin = 0: one row for all), whole panels wide; a[M][K] at row lda + column step;
 * p[panels][ldp], panels of [K][8]; c may be cin
 * start from cin, then k ascending
 */
export function gemm64<A>(
  c: usize, cin: usize, a: usize, p: usize, M: i32, panels: i32, K: i32,
  ldc: i32, ldcin: i32, lda: i32, step: i32, ldp: i32,
): void {
  const even = M & ~1, nextC = bytes64(ldc), nextIn = bytes64(ldcin), next = bytes64(ldp);
  const nextA = <usize>lda * sizeof<A>(), stepA = <usize>step * sizeof<A>();
  for (let j = 0; j < panels && even; j++) { // the panel stays in L1, the rows pass by
    let ci = c + ((<usize>j) << 6), ini = cin + ((<usize>j) << 6), ai = a;
    for (let i = 0; i < even; i += 2, ci += nextC * 2, ini += nextIn * 2, ai += nextA * 2) {
      tile2x8<A>(ci, ci + nextC, ini, ini + nextIn, ai, ai + nextA, stepA, p + next * j, K);
    }
  }
  if (even == M) return;
  c += nextC * even, cin += nextIn * even, a += nextA * even;
  for (; panels > 1; panels -= 2, p += next * 2, c += 128, cin += 128) row1x16<A>(c, cin, a, stepA, p, p + next, K);
  if (panels) tile2x8<A>(c, c, cin, cin, a, a, stepA, p, K); // the row twice
}

/** to[8] = n elements of from, of type X and `step` apart, the rest 0 */
function packRow64<X>(to: usize, from: usize, n: i32, step: i32): void {
  if (sizeof<X>() == 4 && n >= 8 && step == 1) {
    const a = v128.load(from), b = v128.load(from, 16);
    v128.store(to, low64(a)), v128.store(to, high64(a), 16);
    v128.store(to, low64(b), 32), v128.store(to, high64(b), 48);
  } else {
    for (let i = 0; i < 8; i++) store<f64>(to + bytes64(i), i < n ? <f64>load<X>(from + <usize>(i * step) * sizeof<X>()) : 0);
  }
}

/** p[K][8] = eight rows of b [8][ld] float32 as columns, K a multiple of 4: by 4 x 4 transposes */
function packColumns64(p: usize, b: usize, K: i32, ld: i32): void {
  for (let half = 0; half < 8; half += 4, p += 32, b += bytes(4 * ld)) {
    let from = b, to = p;
    for (let k = 0; k < K; k += 4, from += 16, to += 256) {
      const r0 = v128.load(from), r1 = v128.load(from + bytes(ld));
      const r2 = v128.load(from + bytes(2 * ld)), r3 = v128.load(from + bytes(3 * ld));
      const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5), c = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
      const d = i32x4.shuffle(r0, r1, 2, 6, 3, 7), e = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
      v128.store(to, low64(a)), v128.store(to, low64(c), 16);
      v128.store(to, high64(a), 64), v128.store(to, high64(c), 80);
      v128.store(to, low64(d), 128), v128.store(to, low64(e), 144);
      v128.store(to, high64(d), 192), v128.store(to, high64(e), 208);
    }
  }
}

/**
 * p[ceil(N/8)][K][8] = b[K][N] of type X, padded with +0; element (k, n) of b lies at k row + n column
 */
export function pack64<X>(p: usize, b: usize, K: i32, N: i32, row: i32, column: i32): void {
  for (let j = 0; j < N; j += 8) {
    let k = 0;
    if (sizeof<X>() == 4 && row == 1 && j + 8 <= N) {
      k = K & ~3;
      packColumns64(p, b + bytes(j * column), k, column);
      p += (<usize>k) << 6;
    }
    for (; k < K; k++, p += 64) packRow64<X>(p, b + <usize>(k * row + j * column) * sizeof<X>(), N - j, column);
  }
}

/** t[N][K] = the transpose of a[K][lda] in float64 */
function transpose64(t: usize, a: usize, K: i32, N: i32, lda: i32): void {
  for (let n = 0; n < N; n++, a += 4) {
    let from = a;
    for (let k = 0; k < K; k++, t += 8, from += bytes(lda)) store<f64>(t, <f64>load<f32>(from));
  }
}

/** y[n] = x[n] in float64 */
export function widen(y: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, x += 16, y += 32) {
    const v = v128.load(x);
    v128.store(y, low64(v)), v128.store(y, high64(v), 16);
  }
  for (; i < n; i++, x += 4, y += 8) store<f64>(y, <f64>load<f32>(x));
}

/** y[n] = x[n] rounded to float32 */
export function narrow(y: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, x += 32, y += 16) {
    v128.store(y, demote(v128.load(x), v128.load(x, 16)));
  }
  for (; i < n; i++, x += 8, y += 4) store<f32>(y, <f32>load<f64>(x));
}

/** The float64 behind a float32: one that does not round to it (somebody wrote to the float32) does not count. */
@inline
export function behind(value: f32, wide: f64): f64 {
  return <f32>wide == value ? wide : <f64>value;
}

/** behind() of two */
@inline
function behind2(value: v128, wide: v128): v128 {
  return v128.bitselect(wide, value, f64x2.eq(f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(wide)), value));
}

/** y[n] = value[n], or the float64 behind it; wide = 0: none */
export function widenPair(y: usize, value: usize, wide: usize, n: i32): void {
  if (!wide) {
    widen(y, value, n);
    return;
  }
  let i = 0;
  for (; i + 4 <= n; i += 4, y += 32, wide += 32) {
    const v = v128.load(value + bytes(i));
    v128.store(y, behind2(low64(v), v128.load(wide))), v128.store(y, behind2(high64(v), v128.load(wide, 16)), 16);
  }
  for (; i < n; i++, y += 8, wide += 8) store<f64>(y, behind(load<f32>(value + bytes(i)), load<f64>(wide)));
}

/** value[n] = x[n] rounded to float32, wide[n] = x[n] */
export function narrowPair(value: usize, wide: usize, x: usize, n: i32): void {
  narrow(value, x, n);
  memory.copy(wide, x, bytes64(n));
}

/**
 * c = c + d^T x, for the gradient of weights
 * c[M][ceil(N/8) 8] float64, d[R][ldd] of type A, x[R][ldx] of type X; no aliasing
 * scratch[min(R, CHUNK)][ceil(N/8) 8] float64, and [M][min(R, CHUNK)] where d is float32
 * start from c, then rows R - 1 down to 0
 */
export function addProduct64<A, X>(
  c: usize, d: usize, x: usize, M: i32, N: i32, R: i32, ldd: i32, ldx: i32, scratch: usize,
): void {
  const panels = (N + 7) >> 3, wide = 8 * panels;
  for (let r1 = R; r1 > 0; r1 -= CHUNK) {
    const rows = min(CHUNK, r1), last = r1 - 1;
    pack64<X>(scratch, x + <usize>(last * ldx) * sizeof<X>(), rows, N, -ldx, 1);
    let a = d + <usize>(last * ldd) * sizeof<A>(), lda = 1, step = -ldd;
    if (sizeof<A>() == 4) {
      const t = scratch + bytes64(wide * rows);
      transpose64(t, a, rows, M, -ldd);
      a = t, lda = rows, step = 1;
    }
    gemm64<f64>(c, c, a, scratch, M, panels, rows, wide, wide, lda, step, 8 * rows);
  }
}

/** Rows that addProduct64 takes at a time: their panels stay in L2. */
const CHUNK: i32 = 256;

/** y[rows][ceil(N/8) 8] = value[rows][N], or the float64 behind it */
export function widenRows(y: usize, value: usize, wide: usize, rows: i32, N: i32): void {
  for (let r = 0; r < rows; r++) widenPair(y + bytes64(r * ((N + 7) & ~7)), value + bytes(r * N), wide + bytes64(r * N), N);
}

/** value[rows][N], wide[rows][N] = x[rows][ceil(N/8) 8] */
export function narrowRows(value: usize, wide: usize, x: usize, rows: i32, N: i32): void {
  for (let r = 0; r < rows; r++) narrowPair(value + bytes(r * N), wide + bytes64(r * N), x + bytes64(r * ((N + 7) & ~7)), N);
}
