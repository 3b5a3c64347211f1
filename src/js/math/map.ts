import type { Views } from "../memory.js";
import { exp4 } from "./exp.js";
import { log4 } from "./log.js";
import { sigmoid4 } from "./sigmoid.js";
import { tanh4 } from "./tanh.js";

export function exp(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = exp4(F[from + i]);
}

export function log(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = log4(F[from + i]);
}

export function sigmoid(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = sigmoid4(F[from + i]);
}

export function tanh(m: Views, y: number, x: number, n: number): void {
  const F = m.f32;
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = tanh4(F[from + i]);
}
