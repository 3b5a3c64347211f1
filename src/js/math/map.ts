import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { elu2 } from "./elu.js";
import { exp4, expFours } from "./exp.js";
import { expm1_2 } from "./expm1.js";
import { hardSigmoid2, hardTanh4 } from "./hard.js";
import { logs } from "./log.js";
import { log1p2 } from "./log1p.js";
import { leakyRelu4, relu4 } from "./relu.js";
import { sigmoids } from "./sigmoid.js";
import { silu2 } from "./silu.js";
import { logSigmoid2, softplus2 } from "./softplus.js";
import { softsign2 } from "./softsign.js";
import { tanh4 } from "./tanh.js";

export function exp(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  const from = x >>> 2;
  const to = y >>> 2;
  expFours(F, to, from, n & ~3);
  for (let i = n & ~3; i < n; i++) F[to + i] = exp4(F[from + i]);
}

export function log(m: Views, y: number, x: number, n: number): void {
  logs(m.f32, m.i32, y >>> 2, x >>> 2, n);
}

export function sigmoid(m: Views, y: number, x: number, n: number): void {
  sigmoids(m.f32, m.i32, y >>> 2, x >>> 2, n);
}

export function tanh(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = tanh4(F[from + i]);
}

export function relu(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = relu4(F[from + i]);
}

export function leakyRelu(m: Views, y: number, x: number, n: number, slope: number): void {
  const F = m.f32;
  const factor = fround(slope);
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = leakyRelu4(F[from + i], factor);
}

export function prelu(m: Views, y: number, x: number, weight: number, N: number, C: number, inner: number): void {
  for (let row = 0, at = 0; row < N; row++) {
    for (let c = 0; c < C; c++, at += 4 * inner) leakyRelu(m, y + at, x + at, inner, m.f32[(weight >>> 2) + c]);
  }
}

export function hardTanh(m: Views, y: number, x: number, n: number, least: number, most: number): void {
  const F = m.f32;
  const low = fround(least);
  const high = fround(most);
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = hardTanh4(F[from + i], low, high);
}

export function expm1(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = expm1_2(F[from + i]);
}

export function log1p(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = log1p2(F[from + i]);
}

export function logSigmoid(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = logSigmoid2(F[from + i]);
}

export function softplus(m: Views, y: number, x: number, n: number, beta: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = softplus2(F[from + i], beta);
}

export function silu(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = silu2(F[from + i]);
}

export function elu(m: Views, y: number, x: number, n: number, alpha: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = elu2(F[from + i], alpha);
}

export function softsign(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = softsign2(F[from + i]);
}

export function hardSigmoid(m: Views, y: number, x: number, n: number, alpha: number, beta: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = hardSigmoid2(F[from + i], alpha, beta);
}
