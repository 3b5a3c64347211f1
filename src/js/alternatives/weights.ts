import { EXP_MIN_F64 } from "../../coefficients.js";
import { exp2 } from "../math/double.js";
import type { Views } from "../memory.js";

export function expWeights(mem: Views, w: number, x: number, n: number, m: number, temperature: number): void {
  const [to, from] = [w >>> 3, x >>> 2];
  for (let i = 0; i < n; i++) {
    const z = (mem.f32[from + i] - m) / temperature;
    mem.f64[to + i] = z < EXP_MIN_F64 ? 0 : exp2(z);
  }
}
