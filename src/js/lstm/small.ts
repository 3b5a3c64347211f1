// LSTM layers with I + H <= SMALL_LAYER, in float64. Pointers in bytes, as in the contract.
import { SMALL_LAYER } from "../../coefficients.js";
import { CELL_TINY } from "../constants.js";
import {
  addProduct64, gemm64, narrow, narrowPair, narrowRows, pack64, widenPair, widenRows,
} from "../gemm/gemm64.js";
import { sigmoid2, tanh2 } from "../math/double.js";
import type { Views } from "../memory.js";
import { isValid } from "./copy.js";

export function isSmall(I: number, H: number): boolean {
  return I + H <= SMALL_LAYER;
}

const padded = (H: number): number => (4 * H + 7) & ~7;

export function smallPack(
  m: Views, w: number, bias: number, wih: number, whh: number, bih: number, bhh: number, I: number, H: number,
  R: number,
): void {
  const { f32: F, f64: D } = m;
  const K = I + R;
  for (let n = 0; n < padded(H); n++) {
    const panel = (w >>> 3) + (n >> 3) * 8 * K + (n & 7);
    const real = n < 4 * H;
    for (let k = 0; k < I; k++) D[panel + 8 * k] = real ? F[(wih >>> 2) + n * I + k] : 0;
    for (let k = 0; k < R; k++) D[panel + 8 * (I + k)] = real ? F[(whh >>> 2) + n * R + k] : 0;
    D[(bias >>> 3) + n] = real && bih ? F[(bih >>> 2) + n] + F[(bhh >>> 2) + n] : 0;
  }
}

export function smallPackTransposed(
  m: Views, wihT: number, whhT: number, wih: number, whh: number, I: number, H: number,
): void {
  pack64(m, wihT >>> 3, wih >>> 2, 4 * H, I, I, 1);
  pack64(m, whhT >>> 3, whh >>> 2, 4 * H, H, H, 1);
}

/** The cell of one row, given by indices into the float64 view. */
function smallCell(D: Float64Array, h: number, c1: number, tanhC: number, gates: number, c0: number, H: number): void {
  for (let u = 0; u < H; u++) {
    const z = gates + u;
    const i = sigmoid2(D[z]);
    const f = sigmoid2(D[z + H]);
    const g = tanh2(D[z + 2 * H]);
    const o = sigmoid2(D[z + 3 * H]);
    const sum = f * D[c0 + u] + i * g;
    const c = Math.abs(sum) < CELL_TINY ? 0 : sum;
    const t = tanh2(c);
    D[c1 + u] = c;
    D[h + u] = o * t;
    D[tanhC + u] = t;
    D[z] = i;
    D[z + H] = f;
    D[z + 2 * H] = g;
    D[z + 3 * H] = o;
  }
}

/** dy: an index into the float32 view, < 0 for none. */
function smallCellBackward(
  m: Views, d: number, dc: number, gates: number, c0: number, tanhC: number, dy: number, dh: number, H: number,
): void {
  const D = m.f64;
  for (let u = 0; u < H; u++) {
    const z = gates + u;
    const [i, f, g, o, t] = [D[z], D[z + H], D[z + 2 * H], D[z + 3 * H], D[tanhC + u]];
    const dht = (dy < 0 ? 0 : m.f32[dy + u]) + D[dh + u];
    const dct = dht * o * (1 - t * t) + D[dc + u];
    D[d + u] = dct * g * (i * (1 - i));
    D[d + H + u] = dct * D[c0 + u] * (f * (1 - f));
    D[d + 2 * H + u] = dct * i * (1 - g * g);
    D[d + 3 * H + u] = dht * t * (o * (1 - o));
    D[dc + u] = dct * f;
  }
}

export function smallForward(
  m: Views, y: number, hs: number, cs: number, gates: number, tanhC: number, x: number, w: number, bias: number,
  lengths: number, T: number, B: number, I: number, H: number, yStep: number, yRow: number, rows: number, keep: number,
): void {
  const { f32: F, f64: D } = m;
  const Hp = (H + 3) & ~3;
  const N = padded(H);
  const ldp = 8 * (I + H);
  const next = keep ? B * Hp : 0;
  const steps = Math.max(1, Math.trunc(rows / Math.max(1, B)));
  let [h0, c0, tc] = [hs >>> 3, cs >>> 3, tanhC >>> 3];
  for (let t0 = 0; t0 < T; t0 += steps) {
    const t1 = Math.min(T, t0 + steps);
    let z = (gates >>> 3) + (keep ? t0 * B * N : 0);
    gemm64(D, F, z, bias >>> 3, (x >>> 2) + t0 * B * I, w >>> 3, (t1 - t0) * B, N >> 3, I, N, 0, I, 1, ldp);
    for (let t = t0; t < t1; t++, z += B * N, h0 += next, c0 += next, tc += next) {
      gemm64(D, D, z, z, h0, (w >>> 3) + 8 * I, B, N >> 3, H, N, N, Hp, 1, ldp);
      for (let b = 0; b < B; b++) {
        const at = b * Hp;
        const [h, c, to] = [h0 + next + at, c0 + next + at, (y >>> 2) + t * yStep + b * yRow];
        if (isValid(m, lengths >>> 2, t, b)) {
          smallCell(D, h, c, tc + at, z + b * N, c0 + at, H);
          narrow(m, to, h, H);
        } else {
          D.copyWithin(h, h0 + at, h0 + at + H);
          D.copyWithin(c, c0 + at, c0 + at + H);
          F.fill(0, to, to + H);
        }
      }
    }
  }
}

export function smallStep(
  m: Views, y: number, xh: number, c: number, gates: number, tanhC: number, w: number, bias: number, B: number,
  I: number, H: number,
): void {
  const { f32: F, f64: D } = m;
  const Hp = (H + 3) & ~3;
  const N = padded(H);
  const ldp = 8 * (I + H);
  const h = (xh + ((4 * B * I + 7) & ~7)) >>> 3;
  const z = gates >>> 3;
  gemm64(D, F, z, bias >>> 3, xh >>> 2, w >>> 3, B, N >> 3, I, N, 0, I, 1, ldp);
  gemm64(D, D, z, z, h, (w >>> 3) + 8 * I, B, N >> 3, H, N, N, Hp, 1, ldp);
  for (let b = 0; b < B; b++) {
    const state = (c >>> 3) + b * Hp;
    smallCell(D, h + b * Hp, state, (tanhC >>> 3) + b * Hp, z + b * N, state, H);
    narrow(m, (y >>> 2) + b * H, h + b * Hp, H);
  }
}

export function smallPutState(
  m: Views, to: number, state: number, wide: number, B: number, H: number, ld: number,
): void {
  m.f64.fill(0, to >>> 3, (to >>> 3) + B * ld);
  if (!state) return;
  for (let b = 0; b < B; b++) {
    widenPair(m, (to >>> 3) + b * ld, (state >>> 2) + b * H, wide ? (wide >>> 3) + b * H : -1, H);
  }
}

export function smallTakeState(
  m: Views, state: number, wide: number, from: number, B: number, H: number, ld: number,
): void {
  for (let b = 0; b < B; b++) {
    narrowPair(m, (state >>> 2) + b * H, (wide >>> 3) + b * H, (from >>> 3) + b * ld, H);
  }
}

export function smallBackward(
  m: Views, dwih: number, dwhh: number, dbih: number, dbhh: number, dwihWide: number,
  dwhhWide: number, dbihWide: number, dbhhWide: number, dx: number, dh: number, dc: number, dy: number,
  x: number, hs: number, cs: number, gates: number, tanhC: number, wihT: number, whhT: number, lengths: number,
  T: number, B: number, I: number, H: number, dyStep: number, dyRow: number, scratch: number,
): void {
  const D = m.f64;
  const [Hp, N, G] = [(H + 3) & ~3, padded(H), 4 * H];
  const [wideI, wideH] = [(I + 7) & ~7, (H + 7) & ~7];
  const zeros = scratch >>> 3;
  const sumIh = zeros + Math.max(wideI, wideH);
  const sumHh = sumIh + G * wideI;
  const sumB = sumHh + G * wideH;
  const next = sumB + 2 * G;
  const d = next + B * wideH;
  const wide = d + B * N;
  D.fill(0, zeros, sumIh);
  widenRows(m, sumIh, dwih >>> 2, dwihWide >>> 3, G, I);
  widenRows(m, sumHh, dwhh >>> 2, dwhhWide >>> 3, G, H);
  if (dbih) {
    widenPair(m, sumB, dbih >>> 2, dbihWide >>> 3, G);
    widenPair(m, sumB + G, dbhh >>> 2, dbhhWide >>> 3, G);
  }
  for (let t = T - 1; t >= 0; t--) {
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * Hp;
      const row = b * Hp;
      if (isValid(m, lengths >>> 2, t, b)) {
        const from = dy ? (dy >>> 2) + t * dyStep + b * dyRow : -1;
        const g = (gates >>> 3) + (t * B + b) * N;
        smallCellBackward(
          m, d + b * N, (dc >>> 3) + row, g, (cs >>> 3) + at, (tanhC >>> 3) + at, from, (dh >>> 3) + row, H,
        );
      } else D.fill(0, d + b * N, d + b * N + G);
    }
    gemm64(D, D, next, zeros, d, whhT >>> 3, B, wideH >> 3, G, wideH, 0, N, 1, 8 * G);
    for (let b = 0; b < B; b++) {
      if (!isValid(m, lengths >>> 2, t, b)) continue;
      D.copyWithin((dh >>> 3) + b * Hp, next + b * wideH, next + b * wideH + H);
    }
    if (dx) {
      gemm64(D, D, wide, zeros, d, wihT >>> 3, B, wideI >> 3, G, wideI, 0, N, 1, 8 * G);
      for (let b = 0; b < B; b++) narrow(m, (dx >>> 2) + (t * B + b) * I, wide + b * wideI, I);
    }
    addProduct64(m, sumIh, D, d, m.f32, (x >>> 2) + t * B * I, G, I, B, N, I);
    addProduct64(m, sumHh, D, d, D, (hs >>> 3) + t * B * Hp, G, H, B, N, Hp);
    for (let b = B - 1; b >= 0; b--) {
      for (let n = 0; n < G; n++) {
        D[sumB + n] += D[d + b * N + n];
        D[sumB + G + n] += D[d + b * N + n];
      }
    }
  }
  narrowRows(m, dwih >>> 2, dwihWide >>> 3, sumIh, G, I);
  narrowRows(m, dwhh >>> 2, dwhhWide >>> 3, sumHh, G, H);
  if (dbih) {
    narrowPair(m, dbih >>> 2, dbihWide >>> 3, sumB, G);
    narrowPair(m, dbhh >>> 2, dbhhWide >>> 3, sumB + G, G);
  }
}
