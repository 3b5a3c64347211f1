// LSTM layers with projection, peepholes, clip, coupled gates or other activations, in float64. Gates in PyTorch's order,
// [4H] padded to a multiple of 8, as pre-activations: activations are computed again in backward. R = P or H is the width
// of h.
import { bytes } from "../simd";
import { addProduct64, bytes64, gemm64, narrow, narrowRows, pack64, widenRows } from "../gemm/gemm64";
import { activation, derivative } from "./activations";
import { smallPack } from "./small";
import { CELL_TINY } from "../../src/coefficients";

// `cell`: clip, 1 for coupled gates, then code, alpha, beta of f (gates i f o), g (candidate), h (output); all float64
const COUPLED: usize = 8, F: usize = 16, G: usize = 40, OUT: usize = 64;

@inline
function round8(n: i32): i32 {
  return (n + 7) & ~7;
}

@inline
function act(cell: usize, which: usize, x: f64): f64 {
  const at = cell + which;
  return activation(<i32>load<f64>(at), load<f64>(at, 8), load<f64>(at, 16), x);
}

@inline
function slope(cell: usize, which: usize, x: f64, y: f64): f64 {
  const at = cell + which;
  return derivative(<i32>load<f64>(at), load<f64>(at, 8), load<f64>(at, 16), x, y);
}

@inline
function clipped(z: f64, clip: f64): f64 {
  return z > clip ? clip : z < -clip ? -clip : z;
}

/** The derivative of an activation of a clipped z, where that is y. */
@inline
function gateSlope(cell: usize, which: usize, z: f64, y: f64): f64 {
  return Math.abs(z) > load<f64>(cell) ? 0 : slope(cell, which, z, y);
}

/** The i-th peephole times c, 0 without peepholes. */
@inline
function peep(peepholes: usize, i: i32, c: f64): f64 {
  return peepholes ? <f64>load<f32>(peepholes + bytes(i)) * c : 0;
}

/** The cell of one row: z[4H] gets its peepholes, c1 = f c0 + i g, r = o h(c1). c1 may be c0. */
function cellRow(r: usize, c1: usize, z: usize, c0: usize, peepholes: usize, H: i32, cell: usize): void {
  const next = bytes64(H), clip = load<f64>(cell), coupled = load<f64>(cell, COUPLED) != 0;
  for (let u = 0; u < H; u++, r += 8, c1 += 8, c0 += 8, z += 8) {
    const c = load<f64>(c0), zi = load<f64>(z) + peep(peepholes, u, c);
    const zf = load<f64>(z + next) + peep(peepholes, H + u, c);
    const i = act(cell, F, clipped(zi, clip)), f = coupled ? 1 - i : act(cell, F, clipped(zf, clip));
    const g = act(cell, G, clipped(load<f64>(z + next * 2), clip)), sum = f * c + i * g;
    const cNew = Math.abs(sum) < <f64>(<f32>CELL_TINY) ? 0 : sum;
    const zo = load<f64>(z + next * 3) + peep(peepholes, 2 * H + u, cNew);
    store<f64>(z, zi), store<f64>(z + next, zf), store<f64>(z + next * 3, zo), store<f64>(c1, cNew);
    store<f64>(r, act(cell, F, clipped(zo, clip)) * act(cell, OUT, cNew));
  }
}

/** r[H] again from what cellRow left. */
function outputRow(r: usize, z: usize, c1: usize, H: i32, cell: usize): void {
  const clip = load<f64>(cell), zo = z + bytes64(3 * H);
  for (let u = 0; u < H; u++) {
    const at = bytes64(u), o = act(cell, F, clipped(load<f64>(zo + at), clip));
    store<f64>(r + at, o * act(cell, OUT, load<f64>(c1 + at)));
  }
}

/**
 * gates[B][4H] = i f g o and tanhC[B][H] = h(c), float32, of one step
 * z[B][4H up to 8], c[B][H up to 8]: what lstmGeneralForward has kept of it, float64; no aliasing
 */
export function lstmGeneralGates(gates: usize, tanhC: usize, z: usize, c: usize, B: i32, H: i32, cell: usize): void {
  const clip = load<f64>(cell), coupled = load<f64>(cell, COUPLED) != 0, next = bytes(H);
  for (let b = 0; b < B; b++, gates += bytes(3 * H), z += bytes64(round8(4 * H) - H), c += bytes64(round8(H) - H)) {
    for (let u = 0; u < H; u++, gates += 4, tanhC += 4, z += 8, c += 8) {
      const i = act(cell, F, clipped(load<f64>(z), clip));
      const f = coupled ? 1 - i : act(cell, F, clipped(load<f64>(z + bytes64(H)), clip));
      store<f32>(gates, <f32>i);
      store<f32>(gates + next, <f32>f);
      store<f32>(gates + next * 2, <f32>act(cell, G, clipped(load<f64>(z + bytes64(2 * H)), clip)));
      store<f32>(gates + next * 3, <f32>act(cell, F, clipped(load<f64>(z + bytes64(3 * H)), clip)));
      store<f32>(tanhC, <f32>act(cell, OUT, load<f64>(c)));
    }
  }
}

/** d[4H] from dr; dc: gradient of c1 in, of c0 out; dp[3H] += that of the peepholes. */
function cellRowBackward(
  d: usize, dc: usize, dp: usize, dr: usize, z: usize, c0: usize, c1: usize, peepholes: usize, H: i32, cell: usize,
): void {
  const next = bytes64(H), clip = load<f64>(cell), coupled = load<f64>(cell, COUPLED) != 0;
  for (let u = 0; u < H; u++, d += 8, dc += 8, dp += 8, dr += 8, z += 8, c0 += 8, c1 += 8) {
    const zi = load<f64>(z), zf = load<f64>(z + next), zg = load<f64>(z + next * 2), zo = load<f64>(z + next * 3);
    const i = act(cell, F, clipped(zi, clip)), f = coupled ? 1 - i : act(cell, F, clipped(zf, clip));
    const g = act(cell, G, clipped(zg, clip)), o = act(cell, F, clipped(zo, clip));
    const before = load<f64>(c0), after = load<f64>(c1), t = act(cell, OUT, after), dh = load<f64>(dr);
    const dzo = dh * t * gateSlope(cell, F, zo, o);
    const dct = dh * o * slope(cell, OUT, after, t) + load<f64>(dc) + peep(peepholes, 2 * H + u, dzo);
    const dzi = dct * (coupled ? g - before : g) * gateSlope(cell, F, zi, i);
    const dzf = coupled ? 0 : dct * before * gateSlope(cell, F, zf, f);
    store<f64>(d, dzi), store<f64>(d + next, dzf), store<f64>(d + next * 3, dzo);
    store<f64>(d + next * 2, dct * i * gateSlope(cell, G, zg, g));
    store<f64>(dc, dct * f + peep(peepholes, u, dzi) + peep(peepholes, H + u, dzf));
    if (!peepholes) continue;
    store<f64>(dp, load<f64>(dp) + dzi * before);
    store<f64>(dp + next, load<f64>(dp + next) + dzf * before);
    store<f64>(dp + next * 2, load<f64>(dp + next * 2) + dzo * after);
  }
}

/**
 * w, bias as lstmPack for a small layer, whh[4H][R]; hr[ceil(P/8)][H][8] from whr[P][H], P = 0: none; all float64
 * No aliasing.
 */
export function lstmGeneralPack(
  w: usize, bias: usize, hr: usize, wih: usize, whh: usize, bih: usize, bhh: usize, whr: usize, I: i32, H: i32, P: i32,
): void {
  smallPack(w, bias, wih, whh, bih, bhh, I, H, P ? P : H);
  if (P) pack64<f32>(hr, whr, H, P, 1, H);
}

/** wihT[ceil(I/8)][4H][8], whhT[ceil(R/8)][4H][8], hrT[ceil(H/8)][P][8], float64; no aliasing */
export function lstmGeneralPackTransposed(
  wihT: usize, whhT: usize, hrT: usize, wih: usize, whh: usize, whr: usize, I: i32, H: i32, P: i32,
): void {
  const R = P ? P : H;
  pack64<f32>(wihT, wih, 4 * H, I, I, 1);
  pack64<f32>(whhT, whh, 4 * H, R, R, 1);
  if (P) pack64<f32>(hrT, whr, P, H, H, 1);
}

@inline
function isValid(lengths: usize, t: i32, b: i32): bool {
  return !lengths || t < load<i32>(lengths + bytes(b));
}

/**
 * lstmForward of a general cell; y[T][B][R]; hs[..][B][R up to 8], cs[..][B][H up to 8], gates[..][B][N] float64, one of
 * each with keep = 0; peepholes[3H] float32, i f o, 0 for none; scratch: lstmGeneralScratch() elements; no aliasing
 * float64, rounded once: a pre-activation starts from bih + bhh, then x[k], then h[k], each ascending, then its peephole;
 * a projection from +0, u ascending. Neither the batch nor a cut of T changes a bit. Bound: 2^-24, and 2^-40 an activation.
 */
export function lstmGeneralForward(
  y: usize, hs: usize, cs: usize, gates: usize, x: usize, w: usize, bias: usize, hr: usize, peepholes: usize,
  lengths: usize, T: i32, B: i32, I: i32, H: i32, P: i32, yStep: i32, yRow: i32, keep: i32, cell: usize, scratch: usize,
): void {
  const R = P ? P : H, N = round8(4 * H), Hq = round8(H), Rq = round8(R), ldp = 8 * (I + R);
  const zeros = scratch, r = zeros + bytes64(Rq), projected = P ? r + bytes64(B * Hq) : r;
  const nextH = keep ? bytes64(B * Rq) : 0, nextC = keep ? bytes64(B * Hq) : 0, nextZ = keep ? bytes64(B * N) : 0;
  memory.fill(zeros, 0, bytes64(Rq + B * Hq));
  for (let t = 0; t < T; t++, hs += nextH, cs += nextC, gates += nextZ) {
    gemm64<f32>(gates, bias, x + bytes(t * B * I), w, B, N >> 3, I, N, 0, I, 1, ldp);
    gemm64<f64>(gates, gates, hs, w + ((<usize>I) << 6), B, N >> 3, R, N, N, Rq, 1, ldp);
    for (let b = 0; b < B; b++) {
      const c0 = cs + bytes64(b * Hq), c1 = c0 + nextC;
      if (isValid(lengths, t, b)) cellRow(r + bytes64(b * Hq), c1, gates + bytes64(b * N), c0, peepholes, H, cell);
      else memory.copy(c1, c0, bytes64(H));
    }
    if (P) gemm64<f64>(projected, zeros, r, hr, B, Rq >> 3, H, Rq, 0, Hq, 1, 8 * H);
    for (let b = 0; b < B; b++) {
      const to = y + bytes(t * yStep + b * yRow), h0 = hs + bytes64(b * Rq), valid = isValid(lengths, t, b);
      memory.copy(h0 + nextH, valid ? projected + bytes64(b * Rq) : h0, bytes64(R));
      if (valid) narrow(to, h0 + nextH, R);
      else memory.fill(to, 0, bytes(R));
    }
  }
}

/**
 * lstmBackward of a general cell. `gradients`: pointers of dwih, dwhh, dbih, dbhh, dwhr, dpeepholes (0: none), then of the
 * float64 behind each; dh[B][R up to 8], dc[B][H up to 8] float64; scratch: lstmGeneralScratch() elements; no
 * aliasing. dh and dx start from +0 and sum over the gates in PyTorch's order; the gradients of the parameters start from what
 * is there and sum over the rows T B - 1 down to 0.
 */
export function lstmGeneralBackward(
  gradients: usize, dx: usize, dh: usize, dc: usize, dy: usize, x: usize, hs: usize, cs: usize, gates: usize,
  wihT: usize, whhT: usize, hrT: usize, peepholes: usize, lengths: usize, T: i32, B: i32, I: i32, H: i32, P: i32,
  dyStep: i32, dyRow: i32, cell: usize, scratch: usize,
): void {
  const R = P ? P : H, N = round8(4 * H), Hq = round8(H), Rq = round8(R), Iq = round8(I), K = 4 * H;
  const zeros = scratch, most = max(max(Iq, Rq), Hq), sumIh = zeros + bytes64(most), sumHh = sumIh + bytes64(K * Iq);
  const sumB = sumHh + bytes64(K * Rq), sumHr = sumB + bytes64(2 * K), sumP = sumHr + bytes64(P * Hq);
  const g = sumP + bytes64(3 * H), r = g + bytes64(B * Rq), dr = P ? r + bytes64(B * Hq) : g;
  const d = r + bytes64(2 * B * Hq), next = d + bytes64(B * N), work = next + bytes64(B * Rq);
  memory.fill(zeros, 0, bytes64(most));
  widen(gradients, 0, sumIh, K, I);
  widen(gradients, 1, sumHh, K, R);
  widen(gradients, 2, sumB, 1, K);
  widen(gradients, 3, sumB + bytes64(K), 1, K);
  widen(gradients, 4, sumHr, P, H);
  widen(gradients, 5, sumP, 1, 3 * H);
  for (let t = T - 1; t >= 0; t--) {
    const h0 = hs + bytes64(t * B * Rq), c0 = cs + bytes64(t * B * Hq), c1 = c0 + bytes64(B * Hq), z = gates + bytes64(t * B * N);
    for (let b = 0; b < B; b++) {
      const valid = isValid(lengths, t, b), row = g + bytes64(b * Rq), from = dy + bytes(t * dyStep + b * dyRow);
      for (let n = 0; n < R; n++) {
        const at = bytes64(n), up: f64 = dy ? load<f32>(from + bytes(n)) : 0;
        store<f64>(row + at, valid ? up + load<f64>(dh + bytes64(b * Rq) + at) : 0);
      }
      if (!P) continue;
      if (valid) outputRow(r + bytes64(b * Hq), z + bytes64(b * N), c1 + bytes64(b * Hq), H, cell);
      else memory.fill(r + bytes64(b * Hq), 0, bytes64(H));
    }
    if (P) {
      gemm64<f64>(dr, zeros, g, hrT, B, Hq >> 3, P, Hq, 0, Rq, 1, 8 * P);
      addProduct64<f64, f64>(sumHr, g, r, P, H, B, Rq, Hq, work);
    }
    for (let b = B - 1; b >= 0; b--) {
      const row = bytes64(b * Hq), dz = d + bytes64(b * N), from = dr + bytes64(b * (P ? Hq : Rq));
      if (!isValid(lengths, t, b)) memory.fill(dz, 0, bytes64(K));
      else cellRowBackward(dz, dc + row, sumP, from, z + bytes64(b * N), c0 + row, c1 + row, peepholes, H, cell);
    }
    gemm64<f64>(next, zeros, d, whhT, B, Rq >> 3, K, Rq, 0, N, 1, 8 * K);
    for (let b = 0; b < B; b++) {
      if (isValid(lengths, t, b)) memory.copy(dh + bytes64(b * Rq), next + bytes64(b * Rq), bytes64(R));
    }
    addProduct64<f64, f32>(sumIh, d, x + bytes(t * B * I), K, I, B, N, I, work);
    addProduct64<f64, f64>(sumHh, d, h0, K, R, B, N, Rq, work);
    addBias(sumB, d, B, K, N);
    if (!dx) continue;
    gemm64<f64>(work, zeros, d, wihT, B, Iq >> 3, K, Iq, 0, N, 1, 8 * K);
    for (let b = 0; b < B; b++) narrow(dx + bytes((t * B + b) * I), work + bytes64(b * Iq), I);
  }
  narrowed(gradients, 0, sumIh, K, I);
  narrowed(gradients, 1, sumHh, K, R);
  narrowed(gradients, 2, sumB, 1, K);
  narrowed(gradients, 3, sumB + bytes64(K), 1, K);
  narrowed(gradients, 4, sumHr, P, H);
  narrowed(gradients, 5, sumP, 1, 3 * H);
}

/** sum[rows][n up to 8] = the i-th gradient, if there is one; a single row is n long */
function widen(gradients: usize, i: i32, sum: usize, rows: i32, n: i32): void {
  const value = load<u32>(gradients + bytes(i)), wide = load<u32>(gradients + bytes(i + 6));
  if (value) widenRows(sum, value, wide, rows, n);
}

function narrowed(gradients: usize, i: i32, sum: usize, rows: i32, n: i32): void {
  const value = load<u32>(gradients + bytes(i)), wide = load<u32>(gradients + bytes(i + 6));
  if (value) narrowRows(value, wide, sum, rows, n);
}

/** sums[2][K] += the rows of d[B][N], from the last */
function addBias(sums: usize, d: usize, B: i32, K: i32, N: i32): void {
  for (let b = B - 1; b >= 0; b--) {
    for (let n = 0; n < K; n++) {
      const v = load<f64>(d + bytes64(b * N + n)), p = sums + bytes64(n), q = p + bytes64(K);
      store<f64>(p, load<f64>(p) + v);
      store<f64>(q, load<f64>(q) + v);
    }
  }
}
