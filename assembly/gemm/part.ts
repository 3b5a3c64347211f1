// The columns of a product behind a multiple of 16.
import { bytes, madd } from "../simd";

/** to[rows][n] = from[rows][n], the rows some bytes apart */
export function copyRows(to: usize, nextTo: usize, from: usize, nextFrom: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--, to += nextTo, from += nextFrom) {
    for (let i: usize = 0; i < bytes(n); i += 4) store<f32>(to + i, load<f32>(from + i));
  }
}

/**
 * c = cin + a p for the first n <= 4 columns of four rows: in less than half of the time of two tiles of 16
 * c[4][n], cin[4][n], a[4][K], rows the bytes next... apart; p[K][16]; scratch[4][4]; c may be cin
 * Order of gemm.ts: k ascending in blocks, the first from cin, each later one added to what was there. Bound as there.
 */
export function tile4x4(
  c: usize, nextC: usize, cin: usize, nextIn: usize, a: usize, nextA: usize, p: usize, K: i32, n: i32, block: i32,
  scratch: usize,
): void {
  copyRows(scratch, 16, cin, nextIn, 4, n);
  let s0 = v128.load(scratch), s1 = v128.load(scratch, 16), s2 = v128.load(scratch, 32), s3 = v128.load(scratch, 48);
  const first = p, last = p + ((<usize>K) << 6);
  do {
    const start = p;
    for (const end = min(last, p + ((<usize>block) << 6)); p < end; p += 64, a += 4) {
      const w = v128.load(p), b = a + nextA, d = b + nextA;
      s0 = madd(v128.load32_splat(a), w, s0);
      s1 = madd(v128.load32_splat(b), w, s1);
      s2 = madd(v128.load32_splat(d), w, s2);
      s3 = madd(v128.load32_splat(d + nextA), w, s3);
    }
    if (start != first) {
      s0 = f32x4.add(v128.load(scratch), s0), s1 = f32x4.add(v128.load(scratch, 16), s1);
      s2 = f32x4.add(v128.load(scratch, 32), s2), s3 = f32x4.add(v128.load(scratch, 48), s3);
    }
    v128.store(scratch, s0), v128.store(scratch, s1, 16), v128.store(scratch, s2, 32), v128.store(scratch, s3, 48);
    s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  } while (p < last);
  copyRows(c, nextC, scratch, 16, 4, n);
}
