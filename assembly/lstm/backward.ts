// LSTM backward, by chunks of rows from the end of the sequence.
import { bytes, loadTail, storeTail } from "../simd";
import { gemm, tile } from "../gemm/gemm";
import { tile4x4 } from "../gemm/part";
import { packReversed, transposeReversed } from "../gemm/pack";
import { cellBackward } from "./cell";
import { copyRow } from "./copy";
import { isSmall, smallBackward } from "./small";

/**
 * The gradients of lstmForward, from its inputs and what it kept.
 *
 * dwih[4H][I], dwhh[4H][H], dbih, dbhh[4H] (0: none) accumulate; dwihWide, ... the float64 behind them, for small layers; dx[T][B][I] (0: none)
 * dh, dc[B][Hp]: gradients of the last state in, of the first one out; the columns above H must be 0
 * dy[T][B][H], its rows dyStep and dyRow elements apart (0: none); x, hs, cs, gates, tanhC, lengths as in lstmForward
 * wihT, whhT from lstmPackTransposed; scratch: lstmBackwardScratch() elements (src/contract.ts); no aliasing
 *
 * For each step from the last: dgates as in cellBackward, with dh = dy + the recurrent part; dh and dx start from +0
 * and sum over the packed gate columns ascending, padding included. dwih, dwhh, dbih, dbhh start from what is there
 * and sum over the rows T B - 1 down to 0: `chunk` (rows at a time) changes no bit, and neither does cutting T.
 */
export function lstmBackward(
  dwih: usize, dwhh: usize, dbih: usize, dbhh: usize, dwihWide: usize, dwhhWide: usize,
  dbihWide: usize, dbhhWide: usize, dx: usize, dh: usize, dc: usize, dy: usize, x: usize, hs: usize,
  cs: usize, gates: usize, tanhC: usize, wihT: usize, whhT: usize, lengths: usize,
  T: i32, B: i32, I: i32, H: i32, dyStep: i32, dyRow: i32, chunk: i32, scratch: usize,
): void {
  if (isSmall(I, H)) {
    smallBackward(
      dwih, dwhh, dbih, dbhh, dwihWide, dwhhWide, dbihWide, dbhhWide, dx, dh, dc, dy, x, hs, cs, gates, tanhC, wihT, whhT,
      lengths, T, B, I, H, dyStep, dyRow, chunk, scratch,
    );
    return;
  }
  const Hp = (H + 3) & ~3, N = 4 * Hp, state = bytes(B * Hp), steps = max(1, chunk / max(1, B));
  const zeros = scratch + 128, padded = zeros + bytes(max(I, Hp)), carry = padded + state, d = carry + state;
  const work = d + bytes(min(steps, T) * B * N);
  memory.fill(zeros, 0, bytes(max(I, Hp)));
  for (let t1 = T; t1 > 0; t1 -= steps) {
    const t0 = max(0, t1 - steps), R = (t1 - t0) * B;
    for (let t = t1 - 1; t >= t0; t--) {
      const dt = d + bytes((t - t0) * B * N), at = state * t;
      for (let b = 0; b < B; b++) copyRow(padded + bytes(b * Hp), dy ? dy + bytes(t * dyStep + b * dyRow) : 0, H, Hp);
      if (lengths) {
        cellBackwardPacked(dt, dc, gates + at * 4, cs + at, tanhC + at, padded, dh, carry, lengths, t, B, Hp);
      } else {
        cellBackward(dt, dc, gates + at * 4, cs + at, tanhC + at, padded, dh, B * (Hp >> 2));
      }
      if (H & 3) clearPadding(dt, dc, B, H, Hp);
      gemm(dh, lengths ? carry : zeros, dt, whhT, B, Hp, N, Hp, lengths ? Hp : 0, N, 16 * N, scratch);
    }
    if (dx) gemm(dx + bytes(t0 * B * I), zeros, d, wihT, R, I, N, I, 0, N, 16 * N, scratch);
    for (let r1 = R; r1 > 0; r1 -= chunk) { // more than once only for B > chunk
      const r0 = max(0, r1 - chunk), n = r1 - r0, dr = d + bytes(r0 * N), panel = work + bytes(n * N);
      transposeReversed(work, dr, n, N, N);
      packReversed(panel, x + bytes((t0 * B + r0) * I), n, I, I);
      gradGates(dwih, work, panel, H, I, n, scratch);
      packReversed(panel, hs + bytes((t0 * B + r0) * Hp), n, H, Hp);
      gradGates(dwhh, work, panel, H, H, n, scratch);
      if (dbih) gradBias(dbih, dbhh, dr, n, H);
    }
  }
}

/** cellBackward row by row. Where a sequence has ended, d is 0 and dh, dc pass: carry starts the recurrent sum. */
function cellBackwardPacked(
  d: usize, dc: usize, gates: usize, c0: usize, tanhC: usize, dy: usize, dh: usize, carry: usize, lengths: usize,
  t: i32, B: i32, Hp: i32,
): void {
  for (let b = 0; b < B; b++) {
    const at = bytes(b * Hp), valid = t < load<i32>(lengths + bytes(b));
    copyRow(carry + at, valid ? 0 : dh + at, Hp, Hp);
    if (valid) cellBackward(d + at * 4, dc + at, gates + at * 4, c0 + at, tanhC + at, dy + at, dh + at, Hp >> 2);
    else memory.fill(d + at * 4, 0, bytes(4 * Hp));
  }
}

/** The units above H: an infinite x times a zero weight is NaN, and would reach dh and dx. */
function clearPadding(d: usize, dc: usize, B: i32, H: i32, Hp: i32): void {
  const n = H & 3;
  for (let b = 0; b < B; b++) {
    const last = d + bytes(b * 4 * Hp + 4 * (Hp - 4));
    for (let i = n; i < 4; i++) {
      for (let gate = 0; gate < 4; gate++) store<f32>(last + bytes(gate * 4 + i), 0);
      store<f32>(dc + bytes(b * Hp + Hp - 4 + i), 0);
    }
  }
}

/** dw[4H][N] += d^T p: dT[4Hp][R] in packed gate order, p panels of R rows, both with the last row first */
function gradGates(dw: usize, dT: usize, p: usize, H: i32, N: i32, R: i32, scratch: usize): void {
  const next = bytes(N), nextT = bytes(R);
  for (let j = 0; j < N; j += 16, p += (<usize>R) << 6) {
    let a = dT;
    for (let unit = 0; unit < H; unit += 4) {
      for (let gate = 0; gate < 4; gate++) {
        const rows = dw + next * (gate * H + unit) + bytes(j);
        if (N - j <= 4 && unit + 4 <= H) {
          tile4x4(rows, next, rows, next, a, nextT, p, R, N - j, R, scratch);
          a += nextT * 4;
          continue;
        }
        for (let i = 0; i < 4; i += 2, a += nextT * 2) {
          if (unit + i >= H) continue;
          const row = rows + next * i, pair = unit + i + 1 < H ? row + next : row;
          tile(row, pair, row, pair, a, a + nextT, p, R, N - j, R, scratch);
        }
      }
    }
  }
}

/** dbih, dbhh[4H] += the rows of d[R][4Hp], the last row first */
function gradBias(dbih: usize, dbhh: usize, d: usize, R: i32, H: i32): void {
  const next = bytes(4 * ((H + 3) & ~3)), last = d + next * (R - 1);
  for (let unit = 0; unit < H; unit += 4) {
    for (let gate = 0; gate < 4; gate++) {
      const at = bytes(gate * H + unit), n = min(4, H - unit);
      let s = loadUnits(dbih + at, n), u = loadUnits(dbhh + at, n), row = last + bytes(unit * 4 + gate * 4);
      for (let r = 0; r < R; r++, row -= next) {
        const v = v128.load(row);
        s = f32x4.add(s, v);
        u = f32x4.add(u, v);
      }
      storeUnits(dbih + at, s, n);
      storeUnits(dbhh + at, u, n);
    }
  }
}

@inline
function loadUnits(p: usize, n: i32): v128 {
  return n == 4 ? v128.load(p) : loadTail(p, n);
}

@inline
function storeUnits(p: usize, v: v128, n: i32): void {
  if (n == 4) v128.store(p, v);
  else storeTail(p, v, n);
}
