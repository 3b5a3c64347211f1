/** The largest of sign x, NaN where there is one. */
export function largest(F: Float32Array, x: number, n: number, sign: number): number {
  let m = Number.NEGATIVE_INFINITY;
  for (let i = x; i < x + n && m === m; i++) if (!(F[i] * sign <= m)) m = F[i] * sign;
  return m;
}
