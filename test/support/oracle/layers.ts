// Layer normalization in naive float64, row by row.

type Numbers = ArrayLike<number>;

/** (x - mean) / sqrt(variance + eps) of one row, and that root. */
function scores(x: number[], eps: number): [s: number[], root: number] {
  const mean = x.reduce((a, v) => a + v, 0) / x.length;
  const variance = x.reduce((a, v) => a + (v - mean) ** 2, 0) / x.length;
  const root = Math.sqrt(variance + eps);
  return [x.map((v) => (root === 0 ? 0 : (v - mean) / root)), root];
}

const rowsOf = (x: Numbers, cols: number): number[][] =>
  Array.from({ length: x.length / cols }, (_, r) => Array.from({ length: cols }, (_, i) => x[r * cols + i]));

export function layerNorm(x: Numbers, weight: Numbers, bias: Numbers, eps: number): Float64Array {
  const rows = rowsOf(x, weight.length).map((row) => scores(row, eps)[0].map((s, i) => s * weight[i] + bias[i]));
  return Float64Array.from(rows.flat());
}

/** Gradients of sum(dy layerNorm(x)). */
export function layerNormBackward(dy: Numbers, x: Numbers, weight: Numbers, eps: number) {
  const cols = weight.length;
  const [dweight, dbias] = [new Float64Array(cols), new Float64Array(cols)];
  const upstream = rowsOf(dy, cols);
  const dx = rowsOf(x, cols).flatMap((row, r) => {
    const [s, root] = scores(row, eps);
    const d = upstream[r].map((v, i) => v * weight[i]);
    s.forEach((score, i) => {
      dweight[i] += upstream[r][i] * score;
      dbias[i] += upstream[r][i];
    });
    // y_i depends on x_j directly, through the mean, and through the root
    return row.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum += d[i] * ((i === j ? 1 : 0) - 1 / cols - (s[i] * s[j]) / cols);
      return root === 0 ? 0 : sum / root;
    });
  });
  return { dx: Float64Array.from(dx), dweight, dbias };
}
