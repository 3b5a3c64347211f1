// LSTM backward, by chunks of rows from the end of the sequence.
import { bytes, loadTail, madd, storeTail } from "../simd";
import { gemm, tile } from "../gemm/gemm";
import { gemmTN } from "../gemm/gemmtn";
import { tile4x4 } from "../gemm/part";
import { packReversed, transposeReversed } from "../gemm/pack";
import { cellBackward, generalCellBackward } from "./cell";
import { addRow, copyRow, isValid } from "../recurrent/copy";
import { DWCH, DWHR, HR_T, isCoupled, P, PEEPHOLES, SLOPES, word } from "./general";

/**
 * The gradients of lstmForward, from its inputs and what it kept. Shapes in src/contract/lstm.ts. No aliasing.
 *
 * For each step from the last: d as in cellBackward, with dh = dy + the recurrent part; dh and dx start from +0 and sum
 * over the packed gate columns ascending, padding included. The gradients of parameters start from what is there and sum over
 * the rows T B - 1 down to 0: `chunk` (rows at a time) changes no bit, and neither does cutting T.
 */
export function lstmBackward(
  dwih: usize, dwhh: usize, dbih: usize, dbhh: usize, dx: usize, dh: usize, dc: usize, dy: usize, x: usize, hs: usize,
  cs: usize, gates: usize, tanhC: usize, wihT: usize, whhT: usize, options: usize, lengths: usize,
  T: i32, B: i32, I: i32, H: i32, dyStep: i32, dyRow: i32, chunk: i32, scratch: usize,
): void {
  const projected = options ? <i32>word(options, P) : 0, R = projected ? projected : H;
  const Hp = (H + 3) & ~3, Rp = (R + 3) & ~3, N = 4 * Hp, state = bytes(B * Hp), stateH = bytes(B * Rp);
  const steps = max(1, chunk / max(1, B)), most: usize = min(steps, T), zeros = scratch + 128;
  const dr = zeros + bytes(max(I, Hp)), d = dr + (projected ? state : 0), g = d + state * 4 * most;
  const r = g + (projected ? stateH * most : 0), work = r + (projected ? state * most : 0);
  memory.fill(zeros, 0, bytes(max(I, Hp)));
  for (let t1 = T; t1 > 0; t1 -= steps) {
    const t0 = max(0, t1 - steps), rows = (t1 - t0) * B;
    for (let t = t1 - 1; t >= t0; t--) {
      const dt = d + state * 4 * (t - t0), at = state * t;
      for (let b = 0; dy && b < B; b++) {
        if (isValid(lengths, t, b)) addRow(dh + bytes(b * Rp), dy + bytes(t * dyStep + b * dyRow), R);
      }
      if (projected) {
        const gt = g + stateH * (t - t0);
        outputs(gt, r + state * (t - t0), dh, gates + at * 4, tanhC + at, lengths, t, B, H, R);
        gemm(dr, zeros, gt, word(options, HR_T), B, Hp, R, Hp, 0, Rp, 16 * R, scratch);
      }
      const own = projected ? dr : dh;
      if (options || lengths) cells(dt, dc, own, gates + at * 4, cs + at, tanhC + at, options, lengths, t, B, Hp);
      else cellBackward(dt, dc, dh, gates + at * 4, cs + at, tanhC + at, B * (Hp >> 2));
      if (H & 3) clearPadding(dt, dc, B, H, Hp);
      for (let b = 0; b < B; b++) {
        if (isValid(lengths, t, b)) memory.fill(dh + bytes(b * Rp), 0, bytes(Rp));
      }
      gemm(dh, dh, dt, whhT, B, Rp, N, Rp, Rp, N, 16 * N, scratch);
    }
    if (dx) gemm(dx + bytes(t0 * B * I), zeros, d, wihT, rows, I, N, I, 0, N, 16 * N, scratch);
    for (let r1 = rows; r1 > 0; r1 -= chunk) { // more than once only for B > chunk
      const r0 = max(0, r1 - chunk), n = r1 - r0, dn = d + bytes(r0 * N), panel = work + bytes(n * N);
      transposeReversed(work, dn, n, N, N);
      packReversed(panel, x + bytes((t0 * B + r0) * I), n, I, I);
      gradGates(dwih, work, panel, H, I, n, scratch);
      packReversed(panel, hs + bytes((t0 * B + r0) * Rp), n, R, Rp);
      gradGates(dwhh, work, panel, H, R, n, scratch);
      if (dbih) gradBias(dbih, dbhh, dn, n, H);
    }
    if (!options) continue;
    if (projected) gemmTN(word(options, DWHR), g, r, R, H, rows, H, Rp, Hp, chunk, work);
    if (word(options, PEEPHOLES)) gradPeepholes(word(options, DWCH), d, cs + state * t0, rows, B, H);
  }
}

/** cellBackward row by row: where a sequence has ended, d is 0 and dh, dc stay. */
function cells(
  d: usize, dc: usize, dh: usize, gates: usize, c0: usize, tanhC: usize, options: usize, lengths: usize, t: i32,
  B: i32, Hp: i32,
): void {
  const slopes = options ? word(options, SLOPES) + bytes(5 * t * B * Hp) : 0;
  for (let b = 0; b < B; b++, d += bytes(4 * Hp)) {
    const at = bytes(b * Hp), z = gates + at * 4, c = c0 + at, y = tanhC + at;
    if (!isValid(lengths, t, b)) {
      memory.fill(d, 0, bytes(4 * Hp));
    } else if (options) {
      const s = slopes + at * 5, peepholes = word(options, PEEPHOLES);
      generalCellBackward(d, dc + at, dh + at, z, c, y, s, peepholes, isCoupled(options), Hp >> 2);
    } else {
      cellBackward(d, dc + at, dh + at, z, c, y, Hp >> 2);
    }
  }
}

/** g[b] = dh[b] and r[b] = o tanhC, what the projection gave and got; 0 where a sequence has ended */
function outputs(
  g: usize, r: usize, dh: usize, gates: usize, tanhC: usize, lengths: usize, t: i32, B: i32, H: i32, R: i32,
): void {
  const Hp = (H + 3) & ~3, Rp = (R + 3) & ~3;
  for (let b = 0; b < B; b++, g += bytes(Rp), dh += bytes(Rp)) {
    const valid = isValid(lengths, t, b);
    copyRow(g, valid ? dh : 0, R, Rp);
    for (let u = 0; u < Hp; u += 4, r += 16, gates += 64, tanhC += 16) {
      v128.store(r, valid ? f32x4.mul(v128.load(gates, 48), v128.load(tanhC)) : f32x4.splat(0));
    }
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

/** dp[3H] += the rows of d[R][4Hp] times c before (i, f) or after (o) the step, the last row first; cs[R + B][Hp] */
function gradPeepholes(dp: usize, d: usize, cs: usize, R: i32, B: i32, H: i32): void {
  const Hp = (H + 3) & ~3, next = bytes(4 * Hp), nextC = bytes(Hp), after = nextC * B;
  d += next * (R - 1), cs += nextC * (R - 1);
  for (let u = 0; u < H; u += 4, d += 64, cs += 16) {
    const pi = dp + bytes(u), pf = pi + bytes(H), po = pf + bytes(H), n = min(4, H - u);
    let si = loadUnits(pi, n), sf = loadUnits(pf, n), so = loadUnits(po, n), row = d, c = cs;
    for (let r = 0; r < R; r++, row -= next, c -= nextC) {
      const before = v128.load(c);
      si = madd(v128.load(row), before, si);
      sf = madd(v128.load(row, 16), before, sf);
      so = madd(v128.load(row, 48), v128.load(c + after), so);
    }
    storeUnits(pi, si, n), storeUnits(pf, sf, n), storeUnits(po, so, n);
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
