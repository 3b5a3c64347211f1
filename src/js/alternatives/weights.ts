import { negativeExp2 } from "../math/double.js";
import type { Views } from "../memory.js";

export function expWeights(mem: Views, w: number, x: number, n: number, m: number, temperature: number): void {
  const [to, from] = [w >>> 3, x >>> 2];
  for (let i = 0; i < n; i++) mem.f64[to + i] = negativeExp2((mem.f32[from + i] - m) / temperature);
}
