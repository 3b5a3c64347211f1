// LSTM layers of any options, in float64. Pointers in bytes, as in the contract; inside, indices into the float64 view.
import { CELL_TINY } from "../constants.js";
import { addProduct64, gemm64, narrow, narrowRows, pack64, widenRows } from "../gemm/gemm64.js";
import type { Views } from "../memory.js";
import { activation, derivative } from "./activations.js";
import { isValid } from "./copy.js";
import { smallPack } from "./small.js";

const [COUPLED, F, G, OUT] = [1, 2, 5, 8];

const round8 = (n: number): number => (n + 7) & ~7;

function act(D: Float64Array, at: number, x: number): number {
  return activation(D[at], D[at + 1], D[at + 2], x);
}

function slope(D: Float64Array, at: number, x: number, y: number): number {
  return derivative(D[at], D[at + 1], D[at + 2], x, y);
}

function clipped(z: number, clip: number): number {
  return z > clip ? clip : z < -clip ? -clip : z;
}

/** The derivative of an activation of a clipped z, where that is y. */
function gateSlope(D: Float64Array, clip: number, at: number, z: number, y: number): number {
  return Math.abs(z) > clip ? 0 : slope(D, at, z, y);
}

/** The i-th peephole times c, 0 without peepholes. */
function peep(m: Views, peepholes: number, i: number, c: number): number {
  return peepholes ? m.f32[(peepholes >>> 2) + i] * c : 0;
}

function cellRow(
  m: Views, r: number, c1: number, z: number, c0: number, peepholes: number, H: number, cell: number,
): void {
  const D = m.f64;
  const clip = D[cell];
  for (let u = 0; u < H; u++) {
    const c = D[c0 + u];
    const zi = D[z + u] + peep(m, peepholes, u, c);
    const zf = D[z + H + u] + peep(m, peepholes, H + u, c);
    const i = act(D, cell + F, clipped(zi, clip));
    const f = D[cell + COUPLED] ? 1 - i : act(D, cell + F, clipped(zf, clip));
    const g = act(D, cell + G, clipped(D[z + 2 * H + u], clip));
    const sum = f * c + i * g;
    const cNew = Math.abs(sum) < CELL_TINY ? 0 : sum;
    const zo = D[z + 3 * H + u] + peep(m, peepholes, 2 * H + u, cNew);
    D[z + u] = zi;
    D[z + H + u] = zf;
    D[z + 3 * H + u] = zo;
    D[c1 + u] = cNew;
    D[r + u] = act(D, cell + F, clipped(zo, clip)) * act(D, cell + OUT, cNew);
  }
}

function outputRow(D: Float64Array, r: number, z: number, c1: number, H: number, cell: number): void {
  for (let u = 0; u < H; u++) {
    const o = act(D, cell + F, clipped(D[z + 3 * H + u], D[cell]));
    D[r + u] = o * act(D, cell + OUT, D[c1 + u]);
  }
}

export function lstmGeneralGates(
  m: Views, gates: number, tanhC: number, z: number, c: number, B: number, H: number, cell: number,
): void {
  const [D, at] = [m.f64, cell >>> 3];
  const clip = D[at];
  for (let b = 0; b < B; b++) {
    const [to, from, state] = [(gates >>> 2) + b * 4 * H, (z >>> 3) + b * round8(4 * H), (c >>> 3) + b * round8(H)];
    for (let u = 0; u < H; u++) {
      const i = act(D, at + F, clipped(D[from + u], clip));
      const f = D[at + COUPLED] ? 1 - i : act(D, at + F, clipped(D[from + H + u], clip));
      m.f32[to + u] = i;
      m.f32[to + H + u] = f;
      m.f32[to + 2 * H + u] = act(D, at + G, clipped(D[from + 2 * H + u], clip));
      m.f32[to + 3 * H + u] = act(D, at + F, clipped(D[from + 3 * H + u], clip));
      m.f32[(tanhC >>> 2) + b * H + u] = act(D, at + OUT, D[state + u]);
    }
  }
}

function cellRowBackward(
  m: Views, d: number, dc: number, dp: number, dr: number, z: number, c0: number, c1: number, peepholes: number,
  H: number, cell: number,
): void {
  const D = m.f64;
  const clip = D[cell];
  const coupled = D[cell + COUPLED] !== 0;
  for (let u = 0; u < H; u++) {
    const [zi, zf, zg, zo] = [D[z + u], D[z + H + u], D[z + 2 * H + u], D[z + 3 * H + u]];
    const i = act(D, cell + F, clipped(zi, clip));
    const f = coupled ? 1 - i : act(D, cell + F, clipped(zf, clip));
    const g = act(D, cell + G, clipped(zg, clip));
    const o = act(D, cell + F, clipped(zo, clip));
    const [before, after, dh] = [D[c0 + u], D[c1 + u], D[dr + u]];
    const t = act(D, cell + OUT, after);
    const dzo = dh * t * gateSlope(D, clip, cell + F, zo, o);
    const dct = dh * o * slope(D, cell + OUT, after, t) + D[dc + u] + peep(m, peepholes, 2 * H + u, dzo);
    const dzi = dct * (coupled ? g - before : g) * gateSlope(D, clip, cell + F, zi, i);
    const dzf = coupled ? 0 : dct * before * gateSlope(D, clip, cell + F, zf, f);
    D[d + u] = dzi;
    D[d + H + u] = dzf;
    D[d + 2 * H + u] = dct * i * gateSlope(D, clip, cell + G, zg, g);
    D[d + 3 * H + u] = dzo;
    D[dc + u] = dct * f + peep(m, peepholes, u, dzi) + peep(m, peepholes, H + u, dzf);
    if (!peepholes) continue;
    D[dp + u] += dzi * before;
    D[dp + H + u] += dzf * before;
    D[dp + 2 * H + u] += dzo * after;
  }
}

export function lstmGeneralPack(
  m: Views, w: number, bias: number, hr: number, wih: number, whh: number, bih: number, bhh: number, whr: number,
  I: number, H: number, P: number,
): void {
  smallPack(m, w, bias, wih, whh, bih, bhh, I, H, P || H);
  if (P) pack64(m, hr >>> 3, whr >>> 2, H, P, 1, H);
}

export function lstmGeneralPackTransposed(
  m: Views, wihT: number, whhT: number, hrT: number, wih: number, whh: number, whr: number, I: number, H: number,
  P: number,
): void {
  const R = P || H;
  pack64(m, wihT >>> 3, wih >>> 2, 4 * H, I, I, 1);
  pack64(m, whhT >>> 3, whh >>> 2, 4 * H, R, R, 1);
  if (P) pack64(m, hrT >>> 3, whr >>> 2, P, H, H, 1);
}

export function lstmGeneralForward(
  m: Views, y: number, hs: number, cs: number, gates: number, x: number, w: number, bias: number, hr: number,
  peepholes: number, lengths: number, T: number, B: number, I: number, H: number, P: number, yStep: number,
  yRow: number, keep: number, cell: number, scratch: number,
): void {
  const D = m.f64;
  const R = P || H;
  const [N, Hq, Rq] = [round8(4 * H), round8(H), round8(R)];
  const ldp = 8 * (I + R);
  const zeros = scratch >>> 3;
  const r = zeros + Rq;
  const projected = P ? r + B * Hq : r;
  const [nextH, nextC, nextZ] = keep ? [B * Rq, B * Hq, B * N] : [0, 0, 0];
  let [h, c, z] = [hs >>> 3, cs >>> 3, gates >>> 3];
  D.fill(0, zeros, r + B * Hq);
  for (let t = 0; t < T; t++, h += nextH, c += nextC, z += nextZ) {
    gemm64(D, m.f32, z, bias >>> 3, (x >>> 2) + t * B * I, w >>> 3, B, N >> 3, I, N, 0, I, 1, ldp);
    gemm64(D, D, z, z, h, (w >>> 3) + 8 * I, B, N >> 3, R, N, N, Rq, 1, ldp);
    for (let b = 0; b < B; b++) {
      const c0 = c + b * Hq;
      if (isValid(m, lengths >>> 2, t, b)) {
        cellRow(m, r + b * Hq, c0 + nextC, z + b * N, c0, peepholes, H, cell >>> 3);
      } else D.copyWithin(c0 + nextC, c0, c0 + H);
    }
    if (P) gemm64(D, D, projected, zeros, r, hr >>> 3, B, Rq >> 3, H, Rq, 0, Hq, 1, 8 * H);
    for (let b = 0; b < B; b++) {
      const to = (y >>> 2) + t * yStep + b * yRow;
      const h0 = h + b * Rq;
      const valid = isValid(m, lengths >>> 2, t, b);
      const from = valid ? projected + b * Rq : h0;
      D.copyWithin(h0 + nextH, from, from + R);
      if (valid) narrow(m, to, h0 + nextH, R);
      else m.f32.fill(0, to, to + R);
    }
  }
}

export function lstmGeneralBackward(
  m: Views, gradients: number, dx: number, dh: number, dc: number, dy: number, x: number, hs: number, cs: number,
  gates: number, wihT: number, whhT: number, hrT: number, peepholes: number, lengths: number, T: number, B: number,
  I: number, H: number, P: number, dyStep: number, dyRow: number, cell: number, scratch: number,
): void {
  const D = m.f64;
  const R = P || H;
  const [N, Hq, Rq, Iq, K] = [round8(4 * H), round8(H), round8(R), round8(I), 4 * H];
  const zeros = scratch >>> 3;
  const most = Math.max(Iq, Rq, Hq);
  const sumIh = zeros + most;
  const sumHh = sumIh + K * Iq;
  const sumB = sumHh + K * Rq;
  const sumHr = sumB + 2 * K;
  const sumP = sumHr + P * Hq;
  const g = sumP + 3 * H;
  const r = g + B * Rq;
  const dr = P ? r + B * Hq : g;
  const d = r + 2 * B * Hq;
  const next = d + B * N;
  const work = next + B * Rq;
  const sums = [
    { at: sumIh, rows: K, n: I },
    { at: sumHh, rows: K, n: R },
    { at: sumB, rows: 1, n: K },
    { at: sumB + K, rows: 1, n: K },
    { at: sumHr, rows: P, n: H },
    { at: sumP, rows: 1, n: 3 * H },
  ];
  D.fill(0, zeros, zeros + most);
  eachGradient(m, gradients, sums, (value, wide, { at, rows, n }) => {
    widenRows(m, at, value, wide, rows, n);
  });
  for (let t = T - 1; t >= 0; t--) {
    const h0 = (hs >>> 3) + t * B * Rq;
    const c0 = (cs >>> 3) + t * B * Hq;
    const c1 = c0 + B * Hq;
    const z = (gates >>> 3) + t * B * N;
    for (let b = 0; b < B; b++) {
      const valid = isValid(m, lengths >>> 2, t, b);
      const from = (dy >>> 2) + t * dyStep + b * dyRow;
      for (let n = 0; n < R; n++) {
        D[g + b * Rq + n] = valid ? (dy ? m.f32[from + n] : 0) + D[(dh >>> 3) + b * Rq + n] : 0;
      }
      if (!P) continue;
      if (valid) outputRow(D, r + b * Hq, z + b * N, c1 + b * Hq, H, cell >>> 3);
      else D.fill(0, r + b * Hq, r + b * Hq + H);
    }
    if (P) {
      gemm64(D, D, dr, zeros, g, hrT >>> 3, B, Hq >> 3, P, Hq, 0, Rq, 1, 8 * P);
      addProduct64(m, sumHr, D, g, D, r, P, H, B, Rq, Hq);
    }
    for (let b = B - 1; b >= 0; b--) {
      const row = b * Hq;
      const dz = d + b * N;
      if (!isValid(m, lengths >>> 2, t, b)) D.fill(0, dz, dz + K);
      else {
        const from = dr + b * (P ? Hq : Rq);
        const state = (dc >>> 3) + row;
        cellRowBackward(m, dz, state, sumP, from, z + b * N, c0 + row, c1 + row, peepholes, H, cell >>> 3);
      }
    }
    gemm64(D, D, next, zeros, d, whhT >>> 3, B, Rq >> 3, K, Rq, 0, N, 1, 8 * K);
    for (let b = 0; b < B; b++) {
      if (isValid(m, lengths >>> 2, t, b)) D.copyWithin((dh >>> 3) + b * Rq, next + b * Rq, next + b * Rq + R);
    }
    addProduct64(m, sumIh, D, d, m.f32, (x >>> 2) + t * B * I, K, I, B, N, I);
    addProduct64(m, sumHh, D, d, D, h0, K, R, B, N, Rq);
    for (let b = B - 1; b >= 0; b--) {
      for (let n = 0; n < K; n++) {
        D[sumB + n] += D[d + b * N + n];
        D[sumB + K + n] += D[d + b * N + n];
      }
    }
    if (!dx) continue;
    gemm64(D, D, work, zeros, d, wihT >>> 3, B, Iq >> 3, K, Iq, 0, N, 1, 8 * K);
    for (let b = 0; b < B; b++) narrow(m, (dx >>> 2) + (t * B + b) * I, work + b * Iq, I);
  }
  eachGradient(m, gradients, sums, (value, wide, { at, rows, n }) => {
    narrowRows(m, value, wide, at, rows, n);
  });
}

/** Calls visit for the gradients that there are, with indices. */
function eachGradient<S>(
  m: Views, gradients: number, sums: readonly S[], visit: (value: number, wide: number, sum: S) => void,
): void {
  sums.forEach((sum, i) => {
    const value = m.i32[(gradients >>> 2) + i] >>> 2;
    const wide = m.i32[(gradients >>> 2) + i + 6] >>> 3;
    if (value) visit(value, wide, sum);
  });
}
