import { CELL_TINY } from "../constants.js";
import { gateSigmoid } from "../math/sigmoid.js";
import { tanh4 } from "../math/tanh.js";
import { fround, madd } from "../simd.js";

/** One row of `groups` groups, all given as indices. The padded units are computed as the others. */
export function cell(
  F: Float32Array, h: number, c1: number, tanhC: number, gates: number, c0: number, groups: number,
): void {
  for (let u = 0; u < 4 * groups; u++) {
    const z = gates + (u >> 2) * 16 + (u & 3);
    const i = gateSigmoid(F[z]);
    const f = gateSigmoid(F[z + 4]);
    const g = tanh4(F[z + 8]);
    const o = gateSigmoid(F[z + 12]);
    F[z] = i;
    F[z + 4] = f;
    F[z + 8] = g;
    F[z + 12] = o;
    const c = madd(f, F[c0 + u], fround(i * g));
    const kept = Math.abs(c) < CELL_TINY ? 0 : c;
    const t = tanh4(kept);
    F[c1 + u] = kept;
    F[tanhC + u] = t;
    F[h + u] = o * t;
  }
}

export function cellBackward(
  F: Float32Array, d: number, dc: number, gates: number, c0: number, tanhC: number, dy: number, dh: number,
  groups: number,
): void {
  for (let u = 0; u < 4 * groups; u++) {
    const z = (u >> 2) * 16 + (u & 3);
    const i = F[gates + z];
    const f = F[gates + z + 4];
    const g = F[gates + z + 8];
    const o = F[gates + z + 12];
    const t = F[tanhC + u];
    const dht = fround(F[dy + u] + F[dh + u]);
    const dct = madd(fround(dht * o), fround(1 - fround(t * t)), F[dc + u]);
    F[d + z] = fround(dct * g) * fround(i * fround(1 - i));
    F[d + z + 4] = fround(dct * F[c0 + u]) * fround(f * fround(1 - f));
    F[d + z + 8] = fround(dct * i) * fround(1 - fround(g * g));
    F[d + z + 12] = fround(dht * t) * fround(o * fround(1 - o));
    F[dc + u] = dct * f;
  }
}
