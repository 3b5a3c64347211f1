// Additive masks.
import { bytes, demote, high64, loadTail, low64, storeTail } from "../simd";

@inline
function mask4(x: v128, mask: v128, factor: v128, fill: v128): v128 {
  const low = f64x2.add(f64x2.mul(low64(x), factor), low64(mask));
  const high = f64x2.add(f64x2.mul(high64(x), factor), high64(mask));
  return v128.bitselect(fill, demote(low, high), f32x4.eq(mask, f32x4.splat(-Infinity)));
}

/**
 * y = x factor + mask, mask repeated; `fill` where it is -Infinity, whatever x is
 * y[n][cols], x[n][cols], mask[cols]; y may be x
 * float64, rounded once
 */
export function addMask(y: usize, x: usize, mask: usize, n: i32, cols: i32, factor: f64, fill: f32): void {
  const f = f64x2.splat(factor), v = f32x4.splat(fill), quads = bytes(cols & ~3), tail = cols & 3, next = bytes(cols);
  for (let r = 0; r < n; r++, y += next, x += next) {
    for (let i: usize = 0; i < quads; i += 16) v128.store(y + i, mask4(v128.load(x + i), v128.load(mask + i), f, v));
    if (tail) storeTail(y + quads, mask4(loadTail(x + quads, tail), loadTail(mask + quads, tail), f, v), tail);
  }
}
