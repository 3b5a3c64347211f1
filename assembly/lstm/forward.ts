// LSTM forward: a whole sequence of one layer and direction, and one streaming step.
import { bytes } from "../simd";
import { gemm } from "../gemm/gemm";
import { cell } from "./cell";
import { copyRow } from "./copy";
import { isSmall, smallForward, smallStep } from "./small";

/**
 * i f o = sigmoid, g = tanh of bias + x Wih^T + h Whh^T; c' = f c + i g; h' = o tanh(c'); y = h'
 *
 * y[T][B][H], its rows yStep and yRow elements apart; x[T][B][I]; w, bias from lstmPack
 * keep = 1: hs, cs[T + 1][B][Hp] with the initial state first, gates[T][B][4Hp], tanhC[T][B][Hp], all kept for backward
 * keep = 0: hs, cs, tanhC[B][Hp] in place, gates[max(rows, B)][4Hp]
 * lengths[B] i32 (0: all T): from step lengths[b] on y is 0 and the state stays; x must be finite there
 * scratch[FORWARD_SCRATCH]; no aliasing
 *
 * A pre-activation starts from bih + bhh, then x[k], then h[k], each ascending in blocks of 32 terms (gemm.ts). `rows` (rows of x a product takes
 * at a time, so that they and their gates stay in L2) changes no bit, and neither does cutting T or B.
 */
export function lstmForward(
  y: usize, hs: usize, cs: usize, gates: usize, tanhC: usize, x: usize, w: usize, bias: usize, lengths: usize,
  T: i32, B: i32, I: i32, H: i32, yStep: i32, yRow: i32, rows: i32, keep: i32, scratch: usize,
): void {
  if (isSmall(I, H)) {
    smallForward(y, hs, cs, gates, tanhC, x, w, bias, lengths, T, B, I, H, yStep, yRow, rows, keep, scratch);
    return;
  }
  const Hp = (H + 3) & ~3, N = 4 * Hp, ldp = 16 * (I + H), next = keep ? bytes(B * Hp) : 0;
  const steps = max(1, rows / max(1, B)), whh = w + ((<usize>I) << 6);
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = min(T, t0 + steps);
    let z = gates + (keep ? bytes(t0 * B * N) : 0);
    gemm(z, bias, x + bytes(t0 * B * I), w, (t1 - t0) * B, N, I, N, 0, I, ldp, scratch);
    for (let t = t0; t < t1; t++, z += bytes(B * N), hs += next, cs += next, tanhC += next) {
      gemm(z, z, hs, whh, B, N, H, N, N, Hp, ldp, scratch);
      if (lengths) cellPacked(hs + next, cs + next, tanhC, z, hs, cs, lengths, t, B, Hp);
      else cell(hs + next, cs + next, tanhC, z, cs, B * (Hp >> 2));
      output(y + bytes(t * yStep), hs + next, lengths, t, B, H, Hp, yRow);
    }
  }
}

/** The cell row by row: where a sequence has ended, the state is carried on. */
function cellPacked(
  h1: usize, c1: usize, tanhC: usize, gates: usize, h0: usize, c0: usize, lengths: usize, t: i32, B: i32, Hp: i32,
): void {
  for (let b = 0; b < B; b++) {
    const at = bytes(b * Hp);
    if (t < load<i32>(lengths + bytes(b))) {
      cell(h1 + at, c1 + at, tanhC + at, gates + at * 4, c0 + at, Hp >> 2);
    } else {
      copyRow(h1 + at, h0 + at, Hp, Hp);
      copyRow(c1 + at, c0 + at, Hp, Hp);
    }
  }
}

/** y[b] = h[b], 0 where the sequence has ended */
function output(y: usize, h: usize, lengths: usize, t: i32, B: i32, H: i32, Hp: i32, yRow: i32): void {
  for (let b = 0; b < B; b++) {
    const valid = !lengths || t < load<i32>(lengths + bytes(b));
    copyRow(y + bytes(b * yRow), valid ? h + bytes(b * Hp) : 0, H, H);
  }
}

/**
 * One step of B sequences in place
 * y[B][H]; xh[B][I + Hp]: x in, h in and out; c[B][Hp] in and out; gates[B][4Hp], tanhC[B][Hp] are written
 * w, bias from lstmPack; scratch[FORWARD_SCRATCH]; no aliasing
 * The bits of lstmForward.
 */
export function lstmStep(
  y: usize, xh: usize, c: usize, gates: usize, tanhC: usize, w: usize, bias: usize, B: i32, I: i32, H: i32, scratch: usize,
): void {
  if (isSmall(I, H)) {
    smallStep(y, xh, c, gates, tanhC, w, bias, B, I, H, scratch);
    return;
  }
  const Hp = (H + 3) & ~3, N = 4 * Hp;
  const ldp = 16 * (I + H);
  gemm(gates, bias, xh, w, B, N, I, N, 0, I + Hp, ldp, scratch);
  gemm(gates, gates, xh + bytes(I), w + ((<usize>I) << 6), B, N, H, N, N, I + Hp, ldp, scratch);
  for (let b = 0; b < B; b++, xh += bytes(I + Hp), c += bytes(Hp), gates += bytes(N), tanhC += bytes(Hp), y += bytes(H)) {
    cell(xh + bytes(I), c, tanhC, gates, c, Hp >> 2);
    copyRow(y, xh + bytes(I), H, H);
  }
}
