import { expOfMinus2 } from "../math/double.js";
import { BLOCK } from "./expsum.js";

/** One block of exp in float64. */
export const EXACT = new Float64Array(BLOCK);

/** EXACT[i] = exp(beta (F[x + i] - m)), n <= BLOCK. */
export function exactExps(F: Float32Array, x: number, n: number, m: number, beta: number): void {
  for (let i = 0; i < n; i++) EXACT[i] = expOfMinus2((F[x + i] - m) * beta);
}

/** The sum of exp(beta (x - m)) without x[top] = m; a row of at most BLOCK columns leaves the exp in EXACT, 0 at top. */
export function exactOthers(F: Float32Array, x: number, n: number, m: number, top: number, beta: number): number {
  const s = [0, 0, 0, 0];
  for (let c = 0; c < n; c += BLOCK) {
    const k = Math.min(BLOCK, n - c);
    exactExps(F, x + c, k, m, beta);
    if (top >= c && top < c + k) EXACT[top - c] = 0;
    for (let i = 0; i < k; i++) s[i & 3] += EXACT[i];
  }
  return m - m + (s[0] + s[2] + (s[1] + s[3]));
}
