import { expOfMinus2 } from "./double.js";

export function silu2(x: number): number {
  const e = expOfMinus2(x);
  return x * ((x < 0 ? e : 1) / (1 + e));
}

export function siluGradient(dy: number, x: number): number {
  const e = expOfMinus2(x);
  const s = (x < 0 ? e : 1) / (1 + e);
  const q = (x < 0 ? 1 : e) / (1 + e);
  return dy * (s * (1 + x * q));
}
