// Elementary functions over whole arrays: y[i] = f(x[i]); y may be x. Element by element, so no order of summation;
// the bounds stand with the functions. `f` is a constant at every call and folds away.
import { bytes, loadTail, low64, storeTail } from "../simd";
import { elu2 } from "./elu";
import { exp4 } from "./exp";
import { expm1_2 } from "./expm1";
import { hardSigmoid2, hardTanh4 } from "./hard";
import { log4 } from "./log";
import { log1p2 } from "./log1p";
import { leakyRelu4, relu4 } from "./relu";
import { sigmoid4 } from "./sigmoid";
import { silu2 } from "./silu";
import { logSigmoid2, softplus2 } from "./softplus";
import { softsign2 } from "./softsign";
import { tanh4 } from "./tanh";

const EXP = 0, LOG = 1, SIGMOID = 2, TANH = 3;
const RELU = 0, LEAKY_RELU = 1, HARD_TANH = 2;
const EXPM1 = 0, LOG1P = 1, LOG_SIGMOID = 2, SOFTPLUS = 3, SILU = 4, ELU = 5, SOFTSIGN = 6, HARD_SIGMOID = 7;

@inline
function apply(f: i32, x: v128): v128 {
  if (f == EXP) return exp4(x);
  if (f == LOG) return log4(x);
  if (f == SIGMOID) return sigmoid4(x);
  return tanh4(x);
}

/** Four chains side by side hide the latency of one; all loads stand before the stores, since y may be x. */
@inline
function map(f: i32, y: usize, x: usize, n: i32): void {
  const d = y - x, wide = x + bytes(n & ~15), quads = x + bytes(n & ~3), rest = n & 3;
  for (; x < wide; x += 64) {
    const a = apply(f, v128.load(x)), b = apply(f, v128.load(x, 16));
    const c = apply(f, v128.load(x, 32)), e = apply(f, v128.load(x, 48));
    v128.store(x + d, a);
    v128.store(x + d, b, 16);
    v128.store(x + d, c, 32);
    v128.store(x + d, e, 48);
  }
  for (; x < quads; x += 16) v128.store(x + d, apply(f, v128.load(x)));
  if (rest) storeTail(x + d, apply(f, loadTail(x, rest)), rest);
}

export function exp(y: usize, x: usize, n: i32): void {
  map(EXP, y, x, n);
}

export function log(y: usize, x: usize, n: i32): void {
  map(LOG, y, x, n);
}

export function sigmoid(y: usize, x: usize, n: i32): void {
  map(SIGMOID, y, x, n);
}

export function tanh(y: usize, x: usize, n: i32): void {
  map(TANH, y, x, n);
}

/** Functions of few operations on f32x4, with parameters. */
@inline
function simple(f: i32, y: usize, x: usize, n: i32, a: f32, b: f32): void {
  const p = f32x4.splat(a), q = f32x4.splat(b);
  for (let left = n; left > 0; left -= 4, x += 16, y += 16) {
    const v = left >= 4 ? v128.load(x) : loadTail(x, left);
    const r = f == RELU ? relu4(v) : f == LEAKY_RELU ? leakyRelu4(v, p) : hardTanh4(v, p, q);
    if (left >= 4) v128.store(y, r);
    else storeTail(y, r, left);
  }
}

export function relu(y: usize, x: usize, n: i32): void {
  simple(RELU, y, x, n, 0, 0);
}

export function leakyRelu(y: usize, x: usize, n: i32, slope: f32): void {
  simple(LEAKY_RELU, y, x, n, slope, 0);
}

export function hardTanh(y: usize, x: usize, n: i32, least: f32, most: f32): void {
  simple(HARD_TANH, y, x, n, least, most);
}

export function prelu(y: usize, x: usize, weight: usize, N: i32, C: i32, inner: i32): void {
  const next = bytes(inner);
  for (let row = 0; row < N; row++) {
    for (let c = 0; c < C; c++, y += next, x += next) leakyRelu(y, x, inner, load<f32>(weight + bytes(c)));
  }
}

@inline
function applyWide(f: i32, x: v128, a: v128, b: v128): v128 {
  if (f == EXPM1) return expm1_2(x);
  if (f == LOG1P) return log1p2(x);
  if (f == LOG_SIGMOID) return logSigmoid2(x);
  if (f == SOFTPLUS) return softplus2(x, a);
  if (f == SILU) return silu2(x);
  if (f == ELU) return elu2(x, a);
  if (f == SOFTSIGN) return softsign2(x);
  return hardSigmoid2(x, a, b);
}

/** Functions in float64: two elements at a time, of which the processor has several in flight, so that f stands once. */
@inline
function wide(f: i32, y: usize, x: usize, n: i32, a: f64, b: f64): void {
  const p = f64x2.splat(a), q = f64x2.splat(b);
  for (let left = n; left > 0; left -= 2, x += 8, y += 8) {
    const pair = left > 1 ? v128.load64_zero(x) : v128.load32_zero(x);
    const r = f32x4.demote_f64x2_zero(applyWide(f, low64(pair), p, q));
    if (left > 1) v128.store_lane<i64>(y, r, 0);
    else v128.store_lane<f32>(y, r, 0);
  }
}

export function expm1(y: usize, x: usize, n: i32): void {
  wide(EXPM1, y, x, n, 0, 0);
}

export function log1p(y: usize, x: usize, n: i32): void {
  wide(LOG1P, y, x, n, 0, 0);
}

export function logSigmoid(y: usize, x: usize, n: i32): void {
  wide(LOG_SIGMOID, y, x, n, 0, 0);
}

export function softplus(y: usize, x: usize, n: i32, beta: f64): void {
  wide(SOFTPLUS, y, x, n, beta, 0);
}

export function silu(y: usize, x: usize, n: i32): void {
  wide(SILU, y, x, n, 0, 0);
}

export function elu(y: usize, x: usize, n: i32, alpha: f64): void {
  wide(ELU, y, x, n, alpha, 0);
}

export function softsign(y: usize, x: usize, n: i32): void {
  wide(SOFTSIGN, y, x, n, 0, 0);
}

export function hardSigmoid(y: usize, x: usize, n: i32, alpha: f64, beta: f64): void {
  wide(HARD_SIGMOID, y, x, n, alpha, beta);
}
