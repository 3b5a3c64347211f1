import { CELL_TINY } from "../constants.js";
import type { Views } from "../memory.js";
import { fround, madd } from "../simd.js";
import { activation, slope } from "./activations.js";

export const [P, HR, HR_T, PEEPHOLES, SLOPES, DWHR, DWCH] = [0, 1, 2, 3, 4, 5, 6];
const [COUPLED, CLIP, F, G, OUT] = [7, 8, 9, 12, 15];

export function word(m: Views, options: number, i: number): number {
  return m.i32[(options >>> 2) + i];
}

export function isCoupled(m: Views, options: number): boolean {
  return word(m, options, COUPLED) !== 0;
}

/** With `to` > 0 that element gets the slope. */
function gate(m: Views, which: number, z: number, clip: number, to: number): number {
  const x = z > clip ? clip : z < -clip ? -clip : z;
  const [code, alpha, beta] = [m.i32[which], m.f32[which + 1], m.f32[which + 2]];
  const y = fround(activation(code, alpha, beta, x));
  if (to) m.f32[to] = Math.abs(z) > clip ? 0 : slope(code, alpha, beta, x, y);
  return y;
}

/** One row, given as indices but for the options. */
export function generalCell(
  m: Views, h: number, c1: number, tanhC: number, gates: number, slopes: number, c0: number, options: number,
  Hp: number,
): void {
  const A = m.f32;
  const at = options >>> 2;
  const clip = A[at + CLIP];
  const coupled = isCoupled(m, options);
  const peepholes = word(m, options, PEEPHOLES) >>> 2;
  for (let u = 0; u < Hp; u++) {
    const z = gates + (u >> 2) * 16 + (u & 3);
    const s = slopes && slopes + (u >> 2) * 20 + (u & 3);
    const peep = (gate: number, c: number, v: number) =>
      peepholes ? madd(A[peepholes + gate * Hp + u], c, v) : v;
    const c = A[c0 + u];
    const i = gate(m, at + F, peep(0, c, A[z]), clip, s);
    const g = gate(m, at + G, A[z + 8], clip, s && s + 8);
    const f = coupled ? fround(1 - i) : gate(m, at + F, peep(1, c, A[z + 4]), clip, s && s + 4);
    const sum = madd(f, c, fround(i * g));
    const kept = Math.abs(sum) < CELL_TINY ? 0 : sum;
    const o = gate(m, at + F, peep(2, kept, A[z + 12]), clip, s && s + 12);
    const t = gate(m, at + OUT, kept, Number.POSITIVE_INFINITY, s && s + 16);
    A[z] = i;
    A[z + 4] = f;
    A[z + 8] = g;
    A[z + 12] = o;
    A[c1 + u] = kept;
    A[tanhC + u] = t;
    A[h + u] = o * t;
    if (s && coupled) A[s + 4] = 0;
  }
}
