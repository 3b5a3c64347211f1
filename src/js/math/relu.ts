import { fround } from "../simd.js";

export function relu4(x: number): number {
  return x < 0 ? 0 : x;
}

export function reluGradient(dy: number, y: number): number {
  return y <= 0 ? 0 : dy;
}

export function leakyRelu4(x: number, slope: number): number {
  return x > 0 ? x : fround(x * slope);
}

export function leakyReluGradient(dy: number, x: number, slope: number): number {
  return x > 0 ? dy : fround(dy * slope);
}
