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

/** `slopes`, `peepholes` and `coupled` are those of general.ts; 0 and false for the plain cell. */
export function cellBackward(
  F: Float32Array, d: number, dc: number, dh: number, gates: number, c0: number, tanhC: number, slopes: number,
  peepholes: number, coupled: boolean, Hp: number,
): void {
  for (let u = 0; u < Hp; u++) {
    const z = (u >> 2) * 16 + (u & 3);
    const [i, f, g, o] = [F[gates + z], F[gates + z + 4], F[gates + z + 8], F[gates + z + 12]];
    const [t, c, dht] = [F[tanhC + u], F[c0 + u], F[dh + u]];
    const s = slopes + (u >> 2) * 20 + (u & 3);
    const si = slopes ? F[s] : fround(i * fround(1 - i));
    const sf = slopes ? F[s + 4] : fround(f * fround(1 - f));
    const sg = slopes ? F[s + 8] : fround(1 - fround(g * g));
    const so = slopes ? F[s + 12] : fround(o * fround(1 - o));
    const st = slopes ? F[s + 16] : fround(1 - fround(t * t));
    const dzo = fround(fround(dht * t) * so);
    let dct = madd(fround(dht * o), st, F[dc + u]);
    if (peepholes) dct = madd(F[peepholes + 2 * Hp + u], dzo, dct);
    const dzi = fround(fround(dct * (coupled ? fround(g - c) : g)) * si);
    const dzf = fround(fround(dct * c) * sf);
    F[d + z] = dzi;
    F[d + z + 4] = dzf;
    F[d + z + 8] = fround(dct * i) * sg;
    F[d + z + 12] = dzo;
    dct = fround(dct * f);
    if (peepholes) dct = madd(F[peepholes + Hp + u], dzf, madd(F[peepholes + u], dzi, dct));
    F[dc + u] = dct;
  }
}
