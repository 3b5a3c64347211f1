import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { clearRow, factorOf, othersOf, rowAt, topOf, weightOf } from "./row.js";
import { exp64, powUnit } from "./scalar.js";

export function focal(
  m: Views, loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, inner: number, gamma: number, ignoreIndex: number, scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x >>> 2, r, cols, inner);
    const to = rowAt(dx >>> 2, r, cols, inner);
    const t = m.i32[(targets >>> 2) + r];
    let l = 0;
    if (t === ignoreIndex) {
      if (dx) clearRow(F, to, cols, inner);
    } else {
      const top = topOf(F, row, cols, inner);
      const max = F[row + top * inner];
      const rest = othersOf(F, row, cols, inner, top);
      const total = 1 + rest;
      const z = F[row + t * inner] - max;
      const e = exp64(z);
      const p = e / total;
      const u = (t === top ? rest : total - e) / total;
      const ce = logOnePlus(rest) - z;
      const power = weightOf(F, weight, t) * powUnit(u, gamma);
      l = power === 0 ? 0 : power * ce;
      const A = factorOf(F, scale, dloss, r) * power * (gamma * (p === 0 ? 0 : u === 0 ? 1 : p * (ce / u)) + 1);
      for (let c = 0; dx !== 0 && c < cols; c++) {
        F[to + c * inner] = c === t ? -(A * u) : A * (exp64(F[row + c * inner] - max) / total);
      }
    }
    if (loss) F[(loss >>> 2) + r] = l;
    sum += l;
  }
  return sum;
}

export function sigmoidFocal(
  m: Views, loss: number, dx: number, x: number, y: number, dloss: number, n: number, alpha: number, gamma: number,
  scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const v = F[(x >>> 2) + i];
    const t = F[(y >>> 2) + i];
    const magnitude = Math.abs(v);
    const e = exp64(-magnitude);
    const L = logOnePlus(e);
    const near = 1 / (1 + e);
    const far = e * near;
    const p = v < 0 ? far : near;
    const q = v < 0 ? near : far;
    const b = p * (1 - t);
    const c = q * t;
    const u = b + c;
    const ce = (1 - t) * ((v + magnitude) * 0.5 + L) + t * (Math.max(-v, 0) + L);
    const power = (alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t)) * powUnit(u, gamma);
    const l = power * ce;
    if (loss) F[(loss >>> 2) + i] = l;
    if (dx) {
      const pq = p * q;
      const ratio = pq === 0 ? 0 : u === 0 ? 1 : pq * (ce / u);
      F[(dx >>> 2) + i] = factorOf(F, scale, dloss, i) * (power * (b - c + gamma * ratio * (1 - 2 * t)));
    }
    sum += l;
  }
  return sum;
}
