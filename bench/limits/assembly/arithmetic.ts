// Multiply-adds at the speed of the arithmetic units, in two forms: 8 sums as a matrix product has them, and 12 chains. The
// operands come from memory: Node 24 rebuilds constants at every use.
import { madd } from "../../../assembly/simd";

/** [4 vectors w] at `operands`, [1024 pairs x y] behind: 8 sums s += x w, t += y w; 64 n flop, n <= 1024 and even. */
export function products8(operands: usize, n: i32): f32 {
  const w0 = v128.load(operands), w1 = v128.load(operands, 16);
  const w2 = v128.load(operands, 32), w3 = v128.load(operands, 48);
  let s0 = w0, s1 = w1, s2 = w2, s3 = w3, t0 = w0, t1 = w1, t2 = w2, t3 = w3;
  const never = operands;
  let p = operands + 64;
  const end = p + ((<usize>n) << 3);
  while (true) {
    let x = v128.load32_splat(p), y = v128.load32_splat(p, 4);
    s0 = madd(x, w0, s0), t0 = madd(y, w0, t0);
    s1 = madd(x, w1, s1), t1 = madd(y, w1, t1);
    s2 = madd(x, w2, s2), t2 = madd(y, w2, t2);
    s3 = madd(x, w3, s3), t3 = madd(y, w3, t3);
    if (p == never) break; // never: Node 20 would load the next pair before this arithmetic, and spill
    x = v128.load32_splat(p, 8), y = v128.load32_splat(p, 12);
    s0 = madd(x, w0, s0), t0 = madd(y, w0, t0);
    s1 = madd(x, w1, s1), t1 = madd(y, w1, t1);
    s2 = madd(x, w2, s2), t2 = madd(y, w2, t2);
    s3 = madd(x, w3, s3), t3 = madd(y, w3, t3);
    p += 16;
    if (p >= end) break;
  }
  s0 = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  t0 = f32x4.add(f32x4.add(t0, t1), f32x4.add(t2, t3));
  return f32x4.extract_lane(f32x4.add(s0, t0), 0);
}

/** [2 vectors x y] at `operands`, 12 starts behind: 12 chains s = s x + y; 96 n flop. */
export function chains12(operands: usize, n: i32): f32 {
  const x = v128.load(operands), y = v128.load(operands, 16);
  let a = v128.load(operands, 32), b = v128.load(operands, 48), c = v128.load(operands, 64), d = v128.load(operands, 80);
  let e = v128.load(operands, 96), f = v128.load(operands, 112), g = v128.load(operands, 128), h = v128.load(operands, 144);
  let i = v128.load(operands, 160), j = v128.load(operands, 176), k = v128.load(operands, 192), l = v128.load(operands, 208);
  for (; n > 0; n--) {
    a = madd(a, x, y), b = madd(b, x, y), c = madd(c, x, y), d = madd(d, x, y);
    e = madd(e, x, y), f = madd(f, x, y), g = madd(g, x, y), h = madd(h, x, y);
    i = madd(i, x, y), j = madd(j, x, y), k = madd(k, x, y), l = madd(l, x, y);
  }
  a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), e = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  i = f32x4.add(f32x4.add(i, j), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(f32x4.add(a, e), i), 0);
}
