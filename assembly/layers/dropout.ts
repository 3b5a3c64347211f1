// Dropout with a mask that is a function of a key and the index: nothing is stored for backward.
import { DROPOUT } from "../constants";
import { bytes, loadTail, storeTail } from "../simd";

/**
 * y = x scale where hash(key + i 0x9e3779b9) >= drop as unsigned numbers, else 0
 * y[n], x[n]; y may be x; one rounding
 * hash: that of splitmix32, which seeds the generator of src/random.ts
 */
export function dropout(y: usize, x: usize, n: i32, key: i32, drop: i32, scale: f32): void {
  const step = v128.load32_splat(DROPOUT, 16), a = v128.load32_splat(DROPOUT, 20), b = v128.load32_splat(DROPOUT, 24);
  const least = i32x4.splat(drop), factor = f32x4.splat(scale), quads = bytes(n & ~3), tail = n & 3;
  let at = i32x4.add(i32x4.splat(key), v128.load(DROPOUT)), i: usize = 0;
  for (; i < quads; i += 16) {
    v128.store(y + i, v128.and(f32x4.mul(v128.load(x + i), factor), i32x4.ge_u(hash(at, a, b), least)));
    at = i32x4.add(at, step);
  }
  if (tail) storeTail(y + i, v128.and(f32x4.mul(loadTail(x + i, tail), factor), i32x4.ge_u(hash(at, a, b), least)), tail);
}

@inline
function hash(x: v128, a: v128, b: v128): v128 {
  let z = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), a);
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), b);
  return v128.xor(z, i32x4.shr_u(z, 15));
}
