// Elementary functions over whole arrays: y[i] = f(x[i]); y may be x. Element by element, so no order of summation;
// the bounds stand with the functions. `f` is a constant at every call and folds away.
import { bytes, loadTail, storeTail } from "../simd";
import { exp4 } from "./exp";
import { log4 } from "./log";
import { sigmoid4 } from "./sigmoid";
import { tanh4 } from "./tanh";

const EXP = 0, LOG = 1, SIGMOID = 2, TANH = 3;

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
