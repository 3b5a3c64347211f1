// LSTM layers with I + H <= SMALL_LAYER, computed in float64: gates, weights, states and sums. x, y and dx are float32;
// states and gradients of weights are given out as a float32 and the float64 behind it, so that a sequence may be cut
// anywhere. Gates in PyTorch's order, [4H] padded to a multiple of 8.
import { bytes } from "../simd";
import {
  addProduct64, bytes64, gemm64, narrow, narrowPair, narrowRows, pack64, widen, widenPair, widenRows,
} from "../gemm/gemm64";
import { sigmoid2, tanh2 } from "../math/double";
import { CELL_TINY, SMALL_LAYER } from "../../src/coefficients";

@inline
export function isSmall(I: i32, H: i32): bool {
  return I + H <= SMALL_LAYER;
}

@inline
function padded(H: i32): i32 {
  return (4 * H + 7) & ~7;
}

/** w[N/8][I + R][8], x rows first; bias[N] = bih + bhh; N = 4H padded to 8, all float64; R is the width of h */
export function smallPack(
  w: usize, bias: usize, wih: usize, whh: usize, bih: usize, bhh: usize, I: i32, H: i32, R: i32,
): void {
  const N = padded(H), K = I + R;
  for (let n = 0; n < N; n++, bias += 8) {
    const panel = w + bytes64((n >> 3) * 8 * K + (n & 7)), real = n < 4 * H;
    for (let k = 0; k < I; k++) store<f64>(panel + bytes64(8 * k), real ? <f64>load<f32>(wih + bytes(n * I + k)) : 0);
    for (let k = 0; k < R; k++) store<f64>(panel + bytes64(8 * (I + k)), real ? <f64>load<f32>(whh + bytes(n * R + k)) : 0);
    store<f64>(bias, real && bih ? <f64>load<f32>(bih + bytes(n)) + <f64>load<f32>(bhh + bytes(n)) : 0);
  }
}

/** wihT[ceil(I/8)][4H][8], whhT[ceil(H/8)][4H][8], float64 */
export function smallPackTransposed(wihT: usize, whhT: usize, wih: usize, whh: usize, I: i32, H: i32): void {
  pack64<f32>(wihT, wih, 4 * H, I, I, 1);
  pack64<f32>(whhT, whh, 4 * H, H, H, 1);
}

/** The two elements at p, or the one that is left. */
@inline
function load2(p: usize, n: i32): v128 {
  return n > 1 ? v128.load(p) : v128.load64_zero(p);
}

@inline
function store2(p: usize, v: v128, n: i32): void {
  if (n > 1) v128.store(p, v);
  else v128.store_lane<f64>(p, v, 0);
}

/**
 * The cell of one row, float64: gates[4H] in and out, tanhC[H]; c1 = f c0 + i g, h = o tanh(c1). c1 may be c0.
 * Two passes, so that the chains of neighbouring units overlap.
 */
function smallCell(h: usize, c1: usize, tanhC: usize, gates: usize, c0: usize, H: i32): void {
  const next = bytes64(H), tiny = f64x2.splat(<f64>(<f32>CELL_TINY));
  for (let u = 0, z = gates, to = c1; u < H; u += 2, z += 16, c0 += 16, to += 16) {
    const n = H - u, i = sigmoid2(load2(z, n)), f = sigmoid2(load2(z + next, n));
    const g = tanh2(load2(z + next * 2, n)), o = sigmoid2(load2(z + next * 3, n));
    const c = f64x2.add(f64x2.mul(f, load2(c0, n)), f64x2.mul(i, g));
    store2(z, i, n), store2(z + next, f, n), store2(z + next * 2, g, n), store2(z + next * 3, o, n);
    store2(to, v128.andnot(c, f64x2.lt(f64x2.abs(c), tiny)), n);
  }
  gates += next * 3;
  for (let u = 0; u < H; u += 2, gates += 16, tanhC += 16, c1 += 16, h += 16) {
    const n = H - u, t = tanh2(load2(c1, n));
    store2(tanhC, t, n), store2(h, f64x2.mul(load2(gates, n), t), n);
  }
}

@inline
function loadFloat2(p: usize, n: i32): v128 {
  return f64x2.promote_low_f32x4(n > 1 ? v128.load64_zero(p) : v128.load32_zero(p));
}

/** The same in one row of backward, float64 but for dy: d[4H]; dc of c1 in, of c0 out. */
function smallCellBackward(
  d: usize, dc: usize, gates: usize, c0: usize, tanhC: usize, dy: usize, dh: usize, H: i32,
): void {
  const next = bytes64(H), one = f64x2.splat(1);
  for (let u = 0; u < H; u += 2, d += 16, gates += 16, tanhC += 16, c0 += 16, dc += 16, dy += 8, dh += 16) {
    const n = H - u, i = load2(gates, n), f = load2(gates + next, n);
    const g = load2(gates + next * 2, n), o = load2(gates + next * 3, n), t = load2(tanhC, n);
    const dht = f64x2.add(loadFloat2(dy, n), load2(dh, n));
    const dct = f64x2.add(f64x2.mul(f64x2.mul(dht, o), f64x2.sub(one, f64x2.mul(t, t))), load2(dc, n));
    store2(d, f64x2.mul(f64x2.mul(dct, g), f64x2.mul(i, f64x2.sub(one, i))), n);
    store2(d + next, f64x2.mul(f64x2.mul(dct, load2(c0, n)), f64x2.mul(f, f64x2.sub(one, f))), n);
    store2(d + next * 2, f64x2.mul(f64x2.mul(dct, i), f64x2.sub(one, f64x2.mul(g, g))), n);
    store2(d + next * 3, f64x2.mul(f64x2.mul(dht, t), f64x2.mul(o, f64x2.sub(one, o))), n);
    store2(dc, f64x2.mul(dct, f), n);
  }
}

/** to[n] = from[n] rounded to float32; from = 0: all 0 */
@inline
function output(to: usize, from: usize, n: i32): void {
  if (from) narrow(to, from, n);
  else memory.fill(to, 0, bytes(n));
}

/** z[M][N] = bias + x[M][I] w, two rows of x in float64 at a time: a product for float32 would be 1 KB of code. */
function inputs(z: usize, bias: usize, x: usize, w: usize, M: i32, N: i32, I: i32, ldp: i32, scratch: usize): void {
  for (let m = 0; m < M; m += 2, x += bytes(2 * I), z += bytes64(2 * N)) {
    const rows = min(2, M - m);
    widen(scratch, x, rows * I);
    gemm64<f64>(z, bias, scratch, w, rows, N >> 3, I, N, 0, I, 1, ldp);
  }
}

/** lstmForward of a small layer; hs, cs, tanhC[..][Hp], gates[..][N] float64. */
export function smallForward(
  y: usize, hs: usize, cs: usize, gates: usize, tanhC: usize, x: usize, w: usize, bias: usize, lengths: usize,
  T: i32, B: i32, I: i32, H: i32, yStep: i32, yRow: i32, rows: i32, keep: i32, scratch: usize,
): void {
  const Hp = (H + 3) & ~3, N = padded(H), ldp = 8 * (I + H), whh = w + ((<usize>I) << 6);
  const state = keep ? bytes64(B * Hp) : 0, steps = max(1, rows / max(1, B));
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = min(T, t0 + steps);
    let z = gates + (keep ? bytes64(t0 * B * N) : 0);
    inputs(z, bias, x + bytes(t0 * B * I), w, (t1 - t0) * B, N, I, ldp, scratch);
    for (let t = t0; t < t1; t++, z += bytes64(B * N), hs += state, cs += state, tanhC += state) {
      gemm64<f64>(z, z, hs, whh, B, N >> 3, H, N, N, Hp, 1, ldp);
      for (let b = 0; b < B; b++) {
        const at = bytes64(b * Hp), h = hs + state + at, c = cs + state + at;
        const valid = !lengths || t < load<i32>(lengths + bytes(b));
        if (valid) smallCell(h, c, tanhC + at, z + bytes64(b * N), cs + at, H);
        else memory.copy(h, hs + at, bytes64(H)), memory.copy(c, cs + at, bytes64(H));
        output(y + bytes(t * yStep + b * yRow), valid ? h : 0, H);
      }
    }
  }
}

/** lstmStep of a small layer: x[B][I] float32 at xh, then h[B][Hp] float64 at the next multiple of 8; c[B][Hp] float64. */
export function smallStep(
  y: usize, xh: usize, c: usize, gates: usize, tanhC: usize, w: usize, bias: usize, B: i32, I: i32, H: i32,
  scratch: usize,
): void {
  const Hp = (H + 3) & ~3, N = padded(H), ldp = 8 * (I + H), h = xh + ((bytes(B * I) + 7) & ~7);
  inputs(gates, bias, xh, w, B, N, I, ldp, scratch);
  gemm64<f64>(gates, gates, h, w + ((<usize>I) << 6), B, N >> 3, H, N, N, Hp, 1, ldp);
  for (let b = 0; b < B; b++) {
    const at = bytes64(b * Hp);
    smallCell(h + at, c + at, tanhC + at, gates + bytes64(b * N), c + at, H);
    narrow(y + bytes(b * H), h + at, H);
  }
}

/** to[B][ld] = state[B][H] or the float64 behind it, wide[B][H] (0: none); state = 0: zeros */
export function smallPutState(to: usize, state: usize, wide: usize, B: i32, H: i32, ld: i32): void {
  memory.fill(to, 0, bytes64(B * ld));
  if (!state) return;
  for (let b = 0; b < B; b++) widenPair(to + bytes64(b * ld), state + bytes(b * H), wide ? wide + bytes64(b * H) : 0, H);
}

/** state[B][H], wide[B][H] = from[B][ld] */
export function smallTakeState(state: usize, wide: usize, from: usize, B: i32, H: i32, ld: i32): void {
  for (let b = 0; b < B; b++) narrowPair(state + bytes(b * H), wide + bytes64(b * H), from + bytes64(b * ld), H);
}

/** lstmBackward of a small layer; dh, dc[B][Hp] float64. */
export function smallBackward(
  dwih: usize, dwhh: usize, dbih: usize, dbhh: usize, dwihWide: usize, dwhhWide: usize,
  dbihWide: usize, dbhhWide: usize, dx: usize, dh: usize, dc: usize, dy: usize, x: usize, hs: usize,
  cs: usize, gates: usize, tanhC: usize, wihT: usize, whhT: usize, lengths: usize,
  T: i32, B: i32, I: i32, H: i32, dyStep: i32, dyRow: i32, chunk: i32, scratch: usize,
): void {
  const Hp = (H + 3) & ~3, N = padded(H), G = 4 * H, wideI = (I + 7) & ~7, wideH = (H + 7) & ~7;
  const steps = min(T, max(1, chunk / max(1, B))), most = steps * B;
  const zeros = scratch, sumIh = zeros + bytes64(max(wideI, wideH)), sumHh = sumIh + bytes64(G * wideI);
  const sumB = sumHh + bytes64(G * wideH), next = sumB + bytes64(2 * G), d = next + bytes64(B * wideH);
  const work = d + bytes64(most * N); // dx in float64, then the panels of addProduct64
  memory.fill(zeros, 0, bytes64(max(wideI, wideH)));
  widenRows(sumIh, dwih, dwihWide, G, I);
  widenRows(sumHh, dwhh, dwhhWide, G, H);
  if (dbih) widenPair(sumB, dbih, dbihWide, G), widenPair(sumB + bytes64(G), dbhh, dbhhWide, G);
  for (let t1 = T; t1 > 0; t1 -= steps) {
    const t0 = max(0, t1 - steps), R = (t1 - t0) * B;
    for (let t = t1 - 1; t >= t0; t--) {
      const dt = d + bytes64((t - t0) * B * N);
      for (let b = 0; b < B; b++) {
        const at = bytes64((t * B + b) * Hp), row = bytes64(b * Hp), from = dy ? dy + bytes(t * dyStep + b * dyRow) : zeros;
        if (!lengths || t < load<i32>(lengths + bytes(b))) {
          const g = gates + bytes64((t * B + b) * N);
          smallCellBackward(dt + bytes64(b * N), dc + row, g, cs + at, tanhC + at, from, dh + row, H);
        } else {
          memory.fill(dt + bytes64(b * N), 0, bytes64(G));
        }
      }
      gemm64<f64>(next, zeros, dt, whhT, B, wideH >> 3, G, wideH, 0, N, 1, 8 * G);
      for (let b = 0; b < B; b++) {
        if (!lengths || t < load<i32>(lengths + bytes(b))) memory.copy(dh + bytes64(b * Hp), next + bytes64(b * wideH), bytes64(H));
      }
    }
    if (dx) {
      gemm64<f64>(work, zeros, d, wihT, R, wideI >> 3, G, wideI, 0, N, 1, 8 * G);
      for (let r = 0; r < R; r++) narrow(dx + bytes((t0 * B + r) * I), work + bytes64(r * wideI), I);
    }
    addProduct64<f64, f32>(sumIh, d, x + bytes(t0 * B * I), G, I, R, N, I, work);
    addProduct64<f64, f64>(sumHh, d, hs + bytes64(t0 * B * Hp), G, H, R, N, Hp, work);
    if (dbih) addBias(sumB, d, R, G, N);
  }
  narrowRows(dwih, dwihWide, sumIh, G, I);
  narrowRows(dwhh, dwhhWide, sumHh, G, H);
  if (dbih) narrowPair(dbih, dbihWide, sumB, G), narrowPair(dbhh, dbhhWide, sumB + bytes64(G), G);
}

/** sums[2][G] += the rows of d[R][N], from the last */
function addBias(sums: usize, d: usize, R: i32, G: i32, N: i32): void {
  for (let r = R - 1; r >= 0; r--) {
    for (let n = 0; n < G; n++) {
      const v = load<f64>(d + bytes64(r * N + n)), first = sums + bytes64(n), second = first + bytes64(G);
      store<f64>(first, load<f64>(first) + v);
      store<f64>(second, load<f64>(second) + v);
    }
  }
}
