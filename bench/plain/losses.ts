// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops. Each
// returns the mean loss and writes its gradient.

export function mse(dx: Float32Array, x: Float32Array, y: Float32Array): number {
  const n = x.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const d = x[i] - y[i];
    loss += d * d;
    dx[i] = (2 * d) / n;
  }
  return loss / n;
}

export function bceWithLogits(dx: Float32Array, x: Float32Array, y: Float32Array): number {
  const n = x.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const v = x[i];
    const e = Math.exp(-Math.abs(v));
    loss += Math.max(v, 0) - v * y[i] + Math.log1p(e);
    dx[i] = ((v < 0 ? e : 1) / (1 + e) - y[i]) / n;
  }
  return loss / n;
}
