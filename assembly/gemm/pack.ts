// Packed panels: 16 columns of a matrix side by side, [ceil(N / 16)][K][16], the last panel padded with +0.
import { bytes, transpose4 } from "../simd";

/** to[16] = from[n], the rest 0 */
@inline
export function packRow(to: usize, from: usize, n: i32): void {
  if (n >= 16) {
    v128.store(to, v128.load(from)), v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32), v128.store(to, v128.load(from, 48), 48);
  } else {
    for (let i = 0; i < 16; i++) store<f32>(to + bytes(i), i < n ? load<f32>(from + bytes(i)) : 0);
  }
}

/**
 * p = b in panels, for products a b
 * p[ceil(N/16)][K][16], b[K][ldb]; no aliasing; moves only
 */
export function pack(p: usize, b: usize, K: i32, N: i32, ldb: i32): void {
  for (let j = 0; j < N; j += 16) {
    let from = b + bytes(j);
    for (let k = 0; k < K; k++, from += bytes(ldb), p += 64) packRow(p, from, N - j);
  }
}

/**
 * p = the transpose of b in panels, for products a b^T
 * p[ceil(N/16)][K][16], b[N][ldb]; no aliasing; moves only
 */
export function packTransposed(p: usize, b: usize, K: i32, N: i32, ldb: i32): void {
  for (let j = 0; j < N; j += 16) {
    for (let i = 0; i < 16; i += 4) packTransposed4(p + bytes(i), b + bytes((j + i) * ldb), K, N - j - i, bytes(ldb));
    p += (<usize>K) << 6;
  }
}

/** Four columns of a panel from the rows of b, of which n exist. */
function packTransposed4(p: usize, b: usize, K: i32, n: i32, next: usize): void {
  let k = 0;
  if (n >= 4) {
    for (; k + 4 <= K; k += 4, b += 16, p += 256) {
      transpose4(p, 64, v128.load(b), v128.load(b + next), v128.load(b + next * 2), v128.load(b + next * 3));
    }
  }
  for (; k < K; k++, b += 4, p += 64) {
    for (let i = 0; i < 4; i++) store<f32>(p + bytes(i), i < n ? load<f32>(b + next * i) : 0);
  }
}

/** p = rows of b in panels, the last row first: p[ceil(N/16)][K][16], b[K][ldb] */
export function packReversed(p: usize, b: usize, K: i32, N: i32, ldb: i32): void {
  for (let j = 0; j < N; j += 16) {
    let from = b + bytes(ldb) * (K - 1) + bytes(j);
    for (let k = 0; k < K; k++, from -= bytes(ldb), p += 64) packRow(p, from, N - j);
  }
}

/**
 * t = the transpose of a, the last row first: t[N][K], a[K][lda]
 * 16 rows of a at a time, so that t is written a cache line at a time: its rows often lie a power of two apart.
 */
export function transposeReversed(t: usize, a: usize, K: i32, N: i32, lda: i32): void {
  const next = bytes(lda), nextT = bytes(K), last = a + next * (K - 1);
  for (let k = 0; k < K; k += 16) {
    const end = min(K, k + 16), quads = end & ~3;
    for (let n = 0; n < N; n += 4) {
      let from = last - next * k + bytes(n), to = t + nextT * n + bytes(k), i = k;
      if (n + 4 <= N) {
        for (; i < quads; i += 4, from -= next * 4, to += 16) {
          transpose4(to, nextT, v128.load(from), v128.load(from - next), v128.load(from - next * 2), v128.load(from - next * 3));
        }
      }
      for (const columns = min(4, N - n); i < end; i++, from -= next, to += 4) {
        for (let c = 0; c < columns; c++) store<f32>(to + nextT * c, load<f32>(from + bytes(c)));
      }
    }
  }
}
