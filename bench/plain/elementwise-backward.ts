// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops. v is the
// result for exp, sigmoid, tanh and relu, the input for all others.

type Gradient = (dx: Float32Array, dy: Float32Array, v: Float32Array) => void;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const expBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * v[i];
};

export const expm1Backward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * Math.exp(v[i]);
};

export const logBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] / v[i];
};

export const log1pBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] / (1 + v[i]);
};

export const sigmoidBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * v[i] * (1 - v[i]);
};

export const logSigmoidBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * sigmoid(-v[i]);
};

export const tanhBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * (1 - v[i] * v[i]);
};

export const softplusBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] * sigmoid(v[i]);
};

export const siluBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) {
    const s = sigmoid(v[i]);
    dx[i] = dy[i] * s * (1 + v[i] * (1 - s));
  }
};

export const eluBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = v[i] > 0 ? dy[i] : dy[i] * Math.exp(v[i]);
};

export const softsignBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = dy[i] / (1 + Math.abs(v[i])) ** 2;
};

export const hardSigmoidBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = Math.abs(v[i]) < 3 ? dy[i] / 6 : 0;
};

export const hardTanhBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = Math.abs(v[i]) < 1 ? dy[i] : 0;
};

export const reluBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = v[i] > 0 ? dy[i] : 0;
};

export const leakyReluBackward: Gradient = (dx, dy, v) => {
  for (let i = 0; i < v.length; i++) dx[i] = v[i] > 0 ? dy[i] : 0.01 * dy[i];
};

/** Returns the gradient of the weight. */
export function preluBackward(dx: Float32Array, dy: Float32Array, x: Float32Array, weight: Float32Array): number {
  const slope = weight[0];
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    dx[i] = x[i] > 0 ? dy[i] : slope * dy[i];
    if (x[i] <= 0) sum += dy[i] * x[i];
  }
  return sum;
}
