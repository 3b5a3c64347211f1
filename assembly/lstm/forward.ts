// LSTM forward: a sequence of one layer and direction; a single step is one with T = 1.
import { bytes } from "../simd";
import { gemm } from "../gemm/gemm";
import { cell } from "./cell";
import { copyRow, isValid } from "../recurrent/copy";
import { generalCell, HR, P, SLOPES, word } from "./general";

/**
 * i f o = sigmoid, g = tanh of bias + x Wih^T + h Whh^T; c' = f c + i g; h' = o tanh(c'); y = h'
 *
 * Shapes in src/contract/lstm.ts. No aliasing.
 * A pre-activation starts from bih + bhh, then x[k], then h[k], each as in gemm.ts; a projection starts from +0. `rows` (rows
 * of x a product takes at a time, so that they and their gates stay in L2) changes no bit, and neither does cutting T or B.
 */
export function lstmForward(
  y: usize, hs: usize, cs: usize, gates: usize, tanhC: usize, x: usize, w: usize, bias: usize, options: usize,
  lengths: usize, T: i32, B: i32, I: i32, H: i32, yStep: i32, yRow: i32, rows: i32, keep: i32, scratch: usize,
): void {
  const projected = options ? <i32>word(options, P) : 0, R = projected ? projected : H, ldp = 16 * (I + R);
  const Hp = (H + 3) & ~3, Rp = (R + 3) & ~3, N = 4 * Hp, state = bytes(B * Hp), steps = max(1, rows / max(1, B));
  const nextH = keep ? bytes(B * Rp) : 0, nextC = keep ? state : 0, whh = w + ((<usize>I) << 6);
  const zeros = scratch + 128, r = zeros + bytes(Rp), p = r + state; // where there is a projection
  let slopes = options && keep ? word(options, SLOPES) : 0;
  if (projected) memory.fill(zeros, 0, bytes(Rp));
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = min(T, t0 + steps);
    let z = gates + (keep ? bytes(t0 * B * N) : 0);
    gemm(z, bias, x + bytes(t0 * B * I), w, (t1 - t0) * B, N, I, N, 0, I, ldp, scratch);
    for (let t = t0; t < t1; t++, z += state * 4, hs += nextH, cs += nextC, tanhC += nextC) {
      const h = projected ? r : hs + nextH;
      gemm(z, z, hs, whh, B, N, R, N, N, Rp, ldp, scratch);
      if (options || lengths) {
        cells(h, cs + nextC, tanhC, z, slopes, cs, options, lengths, t, B, Hp);
        if (slopes) slopes += state * 5;
      } else {
        cell(h, cs + nextC, tanhC, z, cs, B * (Hp >> 2));
      }
      if (projected) gemm(p, zeros, r, word(options, HR), B, R, H, Rp, 0, Hp, 16 * H, scratch);
      output(y + bytes(t * yStep), hs + nextH, hs, projected ? p : hs + nextH, lengths, t, B, R, yRow);
    }
  }
}

/** The cell row by row: where a sequence has ended, c is carried on. */
function cells(
  h: usize, c1: usize, tanhC: usize, gates: usize, slopes: usize, c0: usize, options: usize, lengths: usize,
  t: i32, B: i32, Hp: i32,
): void {
  for (let b = 0; b < B; b++) {
    const at = bytes(b * Hp), s = slopes ? slopes + at * 5 : 0;
    if (!isValid(lengths, t, b)) copyRow(c1 + at, c0 + at, Hp, Hp);
    else if (options) generalCell(h + at, c1 + at, tanhC + at, gates + at * 4, s, c0 + at, options, Hp);
    else cell(h + at, c1 + at, tanhC + at, gates + at * 4, c0 + at, Hp >> 2);
  }
}

/** h1[b] = y[b] = h[b], or h0[b] and 0 where the sequence has ended; h may be h1 */
function output(
  y: usize, h1: usize, h0: usize, h: usize, lengths: usize, t: i32, B: i32, R: i32, yRow: i32,
): void {
  const Rp = (R + 3) & ~3;
  for (let b = 0; b < B; b++) {
    const at = bytes(b * Rp), valid = isValid(lengths, t, b), from = valid ? h : h0;
    if (from != h1) copyRow(h1 + at, from + at, R, Rp);
    copyRow(y + bytes(b * yRow), valid ? h1 + at : 0, R, R);
  }
}
