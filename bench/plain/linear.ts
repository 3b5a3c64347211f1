// Plain JavaScript, as a user would write it: float64 arithmetic on Float32Array, simple loops along rows.

export interface LinearWeights {
  /** [N][K], as in PyTorch */
  weight: Float32Array;
  /** [N] */
  bias: Float32Array;
}

/** y [M][N] = x W^T + b; x [M][K] */
export function linear(
  y: Float32Array,
  x: Float32Array,
  { weight, bias }: LinearWeights,
  M: number,
  K: number,
  N: number,
): void {
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = bias[n];
      for (let k = 0; k < K; k++) sum += x[m * K + k] * weight[n * K + k];
      y[m * N + n] = sum;
    }
  }
}

/** dx [M][K] = dy W; adds dy^T x to grad.weight and the column sums of dy [M][N] to grad.bias. */
export function linearBackward(
  dx: Float32Array,
  grad: LinearWeights,
  dy: Float32Array,
  x: Float32Array,
  { weight }: LinearWeights,
  M: number,
  K: number,
  N: number,
): void {
  dx.fill(0, 0, M * K);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      const d = dy[m * N + n];
      grad.bias[n] += d;
      for (let k = 0; k < K; k++) {
        dx[m * K + k] += d * weight[n * K + k];
        grad.weight[n * K + k] += d * x[m * K + k];
      }
    }
  }
}
