// The gradients of the elementary functions over whole arrays, dx[i] = dy[i] f'(v[i]), v the input x or the output y; dx may
// be dy or v. The same loops as in map.ts.
import { bytes, loadTail, low64, storeTail } from "../simd";
import { eluGradient } from "./elu";
import { expGradient } from "./exp";
import { expm1Gradient } from "./expm1";
import { hardSigmoidGradient, hardTanhGradient } from "./hard";
import { logGradient } from "./log";
import { log1pGradient } from "./log1p";
import { leakyReluGradient, reluGradient } from "./relu";
import { sigmoidGradient } from "./sigmoid";
import { siluGradient } from "./silu";
import { logSigmoidGradient, softplusGradient } from "./softplus";
import { softsignGradient } from "./softsign";
import { tanhGradient } from "./tanh";

const EXP = 0, LOG = 1, RELU = 2, LEAKY_RELU = 3, HARD_TANH = 4;
const EXPM1 = 0, LOG1P = 1, SIGMOID = 2, LOG_SIGMOID = 3, TANH = 4, SOFTPLUS = 5, SILU = 6, ELU = 7, SOFTSIGN = 8;
const HARD_SIGMOID = 9;

@inline
function applySimple(f: i32, dy: v128, v: v128, a: v128, b: v128): v128 {
  if (f == EXP) return expGradient(dy, v);
  if (f == LOG) return logGradient(dy, v);
  if (f == RELU) return reluGradient(dy, v);
  if (f == LEAKY_RELU) return leakyReluGradient(dy, v, a);
  return hardTanhGradient(dy, v, a, b);
}

@inline
function simple(f: i32, dx: usize, dy: usize, v: usize, n: i32, a: f32, b: f32): void {
  const p = f32x4.splat(a), q = f32x4.splat(b);
  for (let left = n; left > 0; left -= 4, dx += 16, dy += 16, v += 16) {
    const d = left >= 4 ? v128.load(dy) : loadTail(dy, left), at = left >= 4 ? v128.load(v) : loadTail(v, left);
    const r = applySimple(f, d, at, p, q);
    if (left >= 4) v128.store(dx, r);
    else storeTail(dx, r, left);
  }
}

@inline
function applyWide(f: i32, dy: v128, v: v128, a: v128, b: v128): v128 {
  if (f == EXPM1) return expm1Gradient(dy, v);
  if (f == LOG1P) return log1pGradient(dy, v);
  if (f == SIGMOID) return sigmoidGradient(dy, v);
  if (f == LOG_SIGMOID) return logSigmoidGradient(dy, v);
  if (f == TANH) return tanhGradient(dy, v);
  if (f == SOFTPLUS) return softplusGradient(dy, v, a);
  if (f == SILU) return siluGradient(dy, v);
  if (f == ELU) return eluGradient(dy, v, a);
  if (f == SOFTSIGN) return softsignGradient(dy, v);
  return hardSigmoidGradient(dy, v, a, b);
}

@inline
function wide(f: i32, dx: usize, dy: usize, v: usize, n: i32, a: f64, b: f64): void {
  const p = f64x2.splat(a), q = f64x2.splat(b);
  for (let left = n; left > 0; left -= 2, dx += 8, dy += 8, v += 8) {
    const d = left > 1 ? v128.load64_zero(dy) : v128.load32_zero(dy);
    const at = left > 1 ? v128.load64_zero(v) : v128.load32_zero(v);
    const r = f32x4.demote_f64x2_zero(applyWide(f, low64(d), low64(at), p, q));
    if (left > 1) v128.store_lane<i64>(dx, r, 0);
    else v128.store_lane<f32>(dx, r, 0);
  }
}

export function expBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  simple(EXP, dx, dy, y, n, 0, 0);
}

export function logBackward(dx: usize, dy: usize, x: usize, n: i32): void {
  simple(LOG, dx, dy, x, n, 0, 0);
}

export function reluBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  simple(RELU, dx, dy, y, n, 0, 0);
}

export function leakyReluBackward(dx: usize, dy: usize, x: usize, n: i32, slope: f32): void {
  simple(LEAKY_RELU, dx, dy, x, n, slope, 0);
}

export function hardTanhBackward(dx: usize, dy: usize, x: usize, n: i32, least: f32, most: f32): void {
  simple(HARD_TANH, dx, dy, x, n, least, most);
}

export function expm1Backward(dx: usize, dy: usize, x: usize, n: i32): void {
  wide(EXPM1, dx, dy, x, n, 0, 0);
}

export function log1pBackward(dx: usize, dy: usize, x: usize, n: i32): void {
  wide(LOG1P, dx, dy, x, n, 0, 0);
}

export function sigmoidBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  wide(SIGMOID, dx, dy, y, n, 0, 0);
}

export function logSigmoidBackward(dx: usize, dy: usize, x: usize, n: i32): void {
  wide(LOG_SIGMOID, dx, dy, x, n, 0, 0);
}

export function tanhBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  wide(TANH, dx, dy, y, n, 0, 0);
}

export function softplusBackward(dx: usize, dy: usize, x: usize, n: i32, beta: f64): void {
  wide(SOFTPLUS, dx, dy, x, n, beta, 0);
}

export function siluBackward(dx: usize, dy: usize, x: usize, n: i32): void {
  wide(SILU, dx, dy, x, n, 0, 0);
}

export function eluBackward(dx: usize, dy: usize, x: usize, n: i32, alpha: f64): void {
  wide(ELU, dx, dy, x, n, alpha, 0);
}

export function softsignBackward(dx: usize, dy: usize, x: usize, n: i32): void {
  wide(SOFTSIGN, dx, dy, x, n, 0, 0);
}

export function hardSigmoidBackward(dx: usize, dy: usize, x: usize, n: i32, alpha: f64, beta: f64): void {
  wide(HARD_SIGMOID, dx, dy, x, n, alpha, beta);
}

export function preluBackward(
  dx: usize, dweight: usize, dy: usize, x: usize, weight: usize, N: i32, C: i32, inner: i32,
): void {
  const next = bytes(inner);
  for (let c = 0; c < C; c++) {
    const w = load<f32>(weight + bytes(c));
    let sum: f64 = 0;
    for (let row = 0; row < N; row++) {
      const at = bytes(row * C + c) * inner;
      // before dx, which may be dy or x
      for (let i: usize = at; i < at + next; i += 4) {
        const v = load<f32>(x + i);
        if (!(v > 0)) sum += <f64>load<f32>(dy + i) * v;
      }
      leakyReluBackward(dx + at, dy + at, x + at, inner, w);
    }
    store<f32>(dweight + bytes(c), <f32>sum);
  }
}
