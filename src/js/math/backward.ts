import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { eluGradient } from "./elu.js";
import { expGradient } from "./exp.js";
import { expm1Gradient } from "./expm1.js";
import { hardSigmoidGradient, hardTanhGradient } from "./hard.js";
import { logGradient } from "./log.js";
import { log1pGradient } from "./log1p.js";
import { leakyReluGradient, reluGradient } from "./relu.js";
import { sigmoidGradient } from "./sigmoid.js";
import { siluGradient } from "./silu.js";
import { logSigmoidGradient, softplusGradient } from "./softplus.js";
import { softsignGradient } from "./softsign.js";
import { tanhGradient } from "./tanh.js";

export function expBackward(m: Views, dx: number, dy: number, y: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = y >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = expGradient(F[d + i], F[v + i]);
}

export function logBackward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = logGradient(F[d + i], F[v + i]);
}

export function sigmoidBackward(m: Views, dx: number, dy: number, y: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = y >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = sigmoidGradient(F[d + i], F[v + i]);
}

export function tanhBackward(m: Views, dx: number, dy: number, y: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = y >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = tanhGradient(F[d + i], F[v + i]);
}

export function reluBackward(m: Views, dx: number, dy: number, y: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = y >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = reluGradient(F[d + i], F[v + i]);
}

export function leakyReluBackward(m: Views, dx: number, dy: number, x: number, n: number, slope: number): void {
  const F = m.f32;
  const factor = fround(slope);
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = leakyReluGradient(F[d + i], F[v + i], factor);
}

export function hardTanhBackward(m: Views, dx: number, dy: number, x: number, n: number, least: number, most: number): void {
  const F = m.f32;
  const low = fround(least);
  const high = fround(most);
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = hardTanhGradient(F[d + i], F[v + i], low, high);
}

export function expm1Backward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = expm1Gradient(F[d + i], F[v + i]);
}

export function log1pBackward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = log1pGradient(F[d + i], F[v + i]);
}

export function logSigmoidBackward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = logSigmoidGradient(F[d + i], F[v + i]);
}

export function softplusBackward(m: Views, dx: number, dy: number, x: number, n: number, beta: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = softplusGradient(F[d + i], F[v + i], beta);
}

export function siluBackward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = siluGradient(F[d + i], F[v + i]);
}

export function eluBackward(m: Views, dx: number, dy: number, x: number, n: number, alpha: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = eluGradient(F[d + i], F[v + i], alpha);
}

export function softsignBackward(m: Views, dx: number, dy: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = softsignGradient(F[d + i], F[v + i]);
}

export function hardSigmoidBackward(m: Views, dx: number, dy: number, x: number, n: number, alpha: number, beta: number): void {
  const F = m.f32;
  for (let i = 0, d = dy >>> 2, v = x >>> 2, to = dx >>> 2; i < n; i++) F[to + i] = hardSigmoidGradient(F[d + i], F[v + i], alpha, beta);
}

export function preluBackward(
  m: Views, dx: number, dweight: number, dy: number, x: number, weight: number, N: number, C: number, inner: number,
): void {
  const F = m.f32;
  for (let c = 0; c < C; c++) {
    const w = F[(weight >>> 2) + c];
    let sum = 0;
    for (let row = 0; row < N; row++) {
      const at = 4 * (row * C + c) * inner;
      for (let i = 0, d = (dy + at) >>> 2, v = (x + at) >>> 2; i < inner; i++) {
        if (!(F[v + i] > 0)) sum += F[d + i] * F[v + i];
      }
      leakyReluBackward(m, dx + at, dy + at, x + at, inner, w);
    }
    F[(dweight >>> 2) + c] = sum;
  }
}
