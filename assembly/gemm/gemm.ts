// Products with packed panels of 16 columns (pack.ts). Every output is a sum in blocks of `block` terms: the first starts
// from cin, k ascending, y = y + a[k] b[k]; each later one starts from 0 and is then added to the output. With 32 terms a
// block that is 2 to 3 times as exact as one run of K terms, for 4 % of the time in strict and none in relaxed; the
// gradients of weights take one block, so that their sums may be cut anywhere. One row, two rows, odd rows and partial
// panels have the same bits.
import { bytes, madd } from "../simd";
import { copyRows, tile4x4 } from "./part";

/** Terms of a block of gemm and gemv. */
const SUM_BLOCK: i32 = 32;

/**
 * c[2][16] = cin[2][16] + a[2][K] p[K][16]; c may be cin.
 *
 * V8 11.3 (Node 20) puts all loads of a basic block before its arithmetic, and spills when they and the 8 sums need
 * more than 15 registers. The breaks cut the block: those of the sums end a row of K, those of `never` are not taken, as
 * pointers are multiples of 4; each needs a condition of its own, or they are merged and the speed falls from 46 to 29
 * GFLOP/s. This tile has 0.93 of the peak of Zen 5, whatever the order of its loads, and in assembly no more; blocks
 * take 0.04.
 */
function tile2x16(
  c0: usize, c1: usize, cin0: usize, cin1: usize, a0: usize, a1: usize, p: usize, K: i32, block: i32,
): void {
  let s0 = v128.load(cin0), s1 = v128.load(cin0, 16), s2 = v128.load(cin0, 32), s3 = v128.load(cin0, 48);
  let t0 = v128.load(cin1), t1 = v128.load(cin1, 16), t2 = v128.load(cin1, 32), t3 = v128.load(cin1, 48);
  const first = p, last = p + ((<usize>K) << 6), never = a0;
  let x: v128, y: v128, w: v128;
  do {
    const start = p, end = min(last, p + ((<usize>block) << 6));
    if (p < end) {
      while (true) {
        x = v128.load32_splat(a0), y = v128.load32_splat(a1);
        w = v128.load(p), s0 = madd(x, w, s0), t0 = madd(y, w, t0);
        w = v128.load(p, 16), s1 = madd(x, w, s1), t1 = madd(y, w, t1);
        w = v128.load(p, 32), s2 = madd(x, w, s2), t2 = madd(y, w, t2);
        w = v128.load(p, 48), s3 = madd(x, w, s3), t3 = madd(y, w, t3);
        if (p == end - 64) break;
        x = v128.load32_splat(a0, 4), y = v128.load32_splat(a1, 4);
        w = v128.load(p, 64), s0 = madd(x, w, s0), t0 = madd(y, w, t0);
        w = v128.load(p, 80), s1 = madd(x, w, s1), t1 = madd(y, w, t1);
        w = v128.load(p, 96), s2 = madd(x, w, s2), t2 = madd(y, w, t2);
        w = v128.load(p, 112), s3 = madd(x, w, s3), t3 = madd(y, w, t3);
        if (p == end - 128) break;
        x = v128.load32_splat(a0, 8), y = v128.load32_splat(a1, 8);
        w = v128.load(p, 128), s0 = madd(x, w, s0), t0 = madd(y, w, t0);
        w = v128.load(p, 144), s1 = madd(x, w, s1), t1 = madd(y, w, t1);
        w = v128.load(p, 160), s2 = madd(x, w, s2), t2 = madd(y, w, t2);
        w = v128.load(p, 176), s3 = madd(x, w, s3), t3 = madd(y, w, t3);
        if (p == end - 192) break;
        x = v128.load32_splat(a0, 12), y = v128.load32_splat(a1, 12);
        w = v128.load(p, 192), s0 = madd(x, w, s0), t0 = madd(y, w, t0);
        w = v128.load(p, 208), s1 = madd(x, w, s1), t1 = madd(y, w, t1);
        w = v128.load(p, 224), s2 = madd(x, w, s2), t2 = madd(y, w, t2);
        w = v128.load(p, 240), s3 = madd(x, w, s3), t3 = madd(y, w, t3);
        if (p == end - 256) break;
        p += 256, a0 += 16, a1 += 16;
      }
      p += 256, a0 += 16, a1 += 16; // too far only behind the last block: `block` is a multiple of 4 where K is larger
    }
    if (start != first) {
      s0 = f32x4.add(v128.load(c0), s0), s1 = f32x4.add(v128.load(c0, 16), s1);
      if (p == never + 1) break;
      s2 = f32x4.add(v128.load(c0, 32), s2), s3 = f32x4.add(v128.load(c0, 48), s3);
      if (p == never + 2) break;
      t0 = f32x4.add(v128.load(c1), t0), t1 = f32x4.add(v128.load(c1, 16), t1);
      if (p == never + 3) break;
      t2 = f32x4.add(v128.load(c1, 32), t2), t3 = f32x4.add(v128.load(c1, 48), t3);
    }
    v128.store(c0, s0), v128.store(c0, s1, 16), v128.store(c0, s2, 32), v128.store(c0, s3, 48);
    v128.store(c1, t0), v128.store(c1, t1, 16), v128.store(c1, t2, 32), v128.store(c1, t3, 48);
    s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  } while (p < last);
}

/** c[16] = cin[16] + a[K] p[K][16]; c may be cin. */
function row16(c: usize, cin: usize, a: usize, p: usize, K: i32, block: i32): void {
  let s0 = v128.load(cin), s1 = v128.load(cin, 16), s2 = v128.load(cin, 32), s3 = v128.load(cin, 48);
  const first = a, last = a + bytes(K);
  do {
    const start = a;
    for (const end = min(last, a + bytes(block)); a < end; a += 4, p += 64) {
      const x = v128.load32_splat(a);
      s0 = madd(x, v128.load(p), s0);
      s1 = madd(x, v128.load(p, 16), s1);
      s2 = madd(x, v128.load(p, 32), s2);
      s3 = madd(x, v128.load(p, 48), s3);
    }
    if (start != first) {
      s0 = f32x4.add(v128.load(c), s0), s1 = f32x4.add(v128.load(c, 16), s1);
      s2 = f32x4.add(v128.load(c, 32), s2), s3 = f32x4.add(v128.load(c, 48), s3);
    }
    v128.store(c, s0), v128.store(c, s1, 16), v128.store(c, s2, 32), v128.store(c, s3, 48);
    s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  } while (a < last);
}

/** Two panels side by side: 8 sums hide the latency of an addition. Without the never-taken break 37 GB/s, with it 66 to 81. */
function row32(c: usize, cin: usize, a: usize, p: usize, q: usize, K: i32): void {
  let s0 = v128.load(cin), s1 = v128.load(cin, 16), s2 = v128.load(cin, 32), s3 = v128.load(cin, 48);
  let t0 = v128.load(cin, 64), t1 = v128.load(cin, 80), t2 = v128.load(cin, 96), t3 = v128.load(cin, 112);
  const first = a, last = a + bytes(K), never = a + 1;
  do {
    const start = a, end = min(last, a + bytes(SUM_BLOCK));
    if (a < end) {
      while (true) {
        const x = v128.load32_splat(a);
        s0 = madd(x, v128.load(p), s0);
        s1 = madd(x, v128.load(p, 16), s1);
        s2 = madd(x, v128.load(p, 32), s2);
        s3 = madd(x, v128.load(p, 48), s3);
        if (p == never) break;
        t0 = madd(x, v128.load(q), t0);
        t1 = madd(x, v128.load(q, 16), t1);
        t2 = madd(x, v128.load(q, 32), t2);
        t3 = madd(x, v128.load(q, 48), t3);
        a += 4;
        p += 64;
        q += 64;
        if (a >= end) break;
      }
    }
    if (start != first) {
      s0 = f32x4.add(v128.load(c), s0), s1 = f32x4.add(v128.load(c, 16), s1);
      s2 = f32x4.add(v128.load(c, 32), s2), s3 = f32x4.add(v128.load(c, 48), s3);
      if (p == never + 1) break;
      t0 = f32x4.add(v128.load(c, 64), t0), t1 = f32x4.add(v128.load(c, 80), t1);
      t2 = f32x4.add(v128.load(c, 96), t2), t3 = f32x4.add(v128.load(c, 112), t3);
    }
    v128.store(c, s0), v128.store(c, s1, 16), v128.store(c, s2, 32), v128.store(c, s3, 48);
    v128.store(c, t0, 64), v128.store(c, t1, 80), v128.store(c, t2, 96), v128.store(c, t3, 112);
    s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  } while (a < last);
}

/** The first n < 16 columns of one or two rows, through a 2 x 16 scratch: nothing outside them is read or written. */
function tilePart(
  c0: usize, c1: usize, cin0: usize, cin1: usize, a0: usize, a1: usize, p: usize, K: i32, n: i32, block: i32, scratch: usize,
): void {
  const rows = c0 == c1 ? 1 : 2;
  copyRows(scratch, 64, cin0, cin1 - cin0, rows, n);
  if (rows == 1) row16(scratch, scratch, a0, p, K, block);
  else tile2x16(scratch, scratch + 64, scratch, scratch + 64, a0, a1, p, K, block);
  copyRows(c0, c1 - c0, scratch, 64, rows, n);
}

/** Columns 0..n of rows c0 and c1 (the same for a single row) with one panel. */
@inline
export function tile(
  c0: usize, c1: usize, cin0: usize, cin1: usize, a0: usize, a1: usize, p: usize, K: i32, n: i32, block: i32, scratch: usize,
): void {
  if (n < 16 || c0 == c1) tilePart(c0, c1, cin0, cin1, a0, a1, p, K, min(n, 16), block, scratch);
  else tile2x16(c0, c1, cin0, cin1, a0, a1, p, K, block);
}

/**
 * c = cin + a p for one row
 * c[N], cin[N], a[K], p packed panels of K rows, ldp elements apart; c may be cin
 * start from cin, then k ascending, in blocks of 32
 */
export function gemv(c: usize, cin: usize, a: usize, p: usize, N: i32, K: i32, ldp: i32, scratch: usize): void {
  const next = bytes(ldp);
  for (; N >= 32; N -= 32, p += next * 2, cin += 128, c += 128) row32(c, cin, a, p, p + next, K);
  if (N >= 16) {
    row16(c, cin, a, p, K, SUM_BLOCK);
    N -= 16, p += next, cin += 64, c += 64;
  }
  if (N) tilePart(c, c, cin, cin, a, a, p, K, N, SUM_BLOCK, scratch);
}

/**
 * c = cin + a p
 * c[M][ldc], cin[M][ldcin] (ldcin = 0: one row for all, a bias or zeros), a[M][lda], p packed panels of K rows for N
 * columns, ldp elements apart; c may be cin
 * start from cin, then k ascending, in blocks of 32: the bits of gemv, whatever M is
 */
export function gemm(
  c: usize, cin: usize, a: usize, p: usize, M: i32, N: i32, K: i32, ldc: i32, ldcin: i32, lda: i32, ldp: i32,
  scratch: usize,
): void {
  const even = M & ~1, nextC = bytes(ldc), nextIn = bytes(ldcin), nextA = bytes(lda);
  if (even) {
    for (let j = 0; j < N; j += 16) { // the panel stays in L1, the rows pass by
      const panel = p + bytes(ldp) * (j >> 4);
      let ci = c + bytes(j), ini = cin + bytes(j), ai = a, i = 0;
      for (; i + 4 <= even && N - j <= 4; i += 4, ci += nextC * 4, ini += nextIn * 4, ai += nextA * 4) {
        tile4x4(ci, nextC, ini, nextIn, ai, nextA, panel, K, N - j, SUM_BLOCK, scratch);
      }
      for (; i < even; i += 2, ci += nextC * 2, ini += nextIn * 2, ai += nextA * 2) {
        tile(ci, ci + nextC, ini, ini + nextIn, ai, ai + nextA, panel, K, N - j, SUM_BLOCK, scratch);
      }
    }
  }
  if (even < M) gemv(c + nextC * even, cin + nextIn * even, a + nextA * even, p, N, K, ldp, scratch);
}
