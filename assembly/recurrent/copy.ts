// Moves sequences between the layouts of users and of the kernels.
import { bytes } from "../simd";

/** to[width] = from[n], the rest 0; from = 0: all 0 */
@inline
export function copyRow(to: usize, from: usize, n: i32, width: i32): void {
  let i = 0;
  if (from) {
    for (; i + 4 <= n; i += 4) v128.store(to + bytes(i), v128.load(from + bytes(i)));
    for (; i < n; i++) store<f32>(to + bytes(i), load<f32>(from + bytes(i)));
  }
  for (; i < width; i++) store<f32>(to + bytes(i), 0);
}

/** Whether sequence b has a step t: lengths[B] i32, 0 for none. */
@inline
export function isValid(lengths: usize, t: i32, b: i32): bool {
  return !lengths || t < load<i32>(lengths + bytes(b));
}

/** to += from */
export function addRow(to: usize, from: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(to + bytes(i), f32x4.add(v128.load(to + bytes(i)), v128.load(from + bytes(i))));
  for (; i < n; i++) store<f32>(to + bytes(i), load<f32>(to + bytes(i)) + load<f32>(from + bytes(i)));
}

/** y[t][b] = x[order[t][b]][b], padded with zeros; shapes in src/contract/recurrent.ts; no aliasing; moves only */
export function copySteps(
  y: usize, x: usize, order: usize, T: i32, B: i32, cols: i32, width: i32,
  yStep: i32, yRow: i32, xStep: i32, xRow: i32, added: i32,
): void {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const n = order ? load<i32>(order + bytes(t * B + b)) : t, valid = x != 0 && n >= 0;
      const to = y + bytes(t * yStep + b * yRow), from = x + bytes(n * xStep + b * xRow);
      if (!added) copyRow(to, valid ? from : 0, cols, width);
      else if (valid) addRow(to, from, cols);
    }
  }
}
