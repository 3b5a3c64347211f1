// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops.

export function exp(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.exp(x[i]);
}

export function log(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.log(x[i]);
}

export function sigmoid(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
}

export function tanh(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]);
}

export function expm1(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.expm1(x[i]);
}

export function log1p(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.log1p(x[i]);
}

export function logSigmoid(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.min(x[i], 0) - Math.log1p(Math.exp(-Math.abs(x[i])));
}

export function softplus(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
}

export function silu(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
}

export function elu(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : Math.expm1(x[i]);
}

export function softsign(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.abs(x[i]));
}

export function hardSigmoid(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.min(Math.max(x[i] / 6 + 0.5, 0), 1);
}

export function hardTanh(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.min(Math.max(x[i], -1), 1);
}

export function relu(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : 0;
}

export function leakyRelu(y: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : 0.01 * x[i];
}

export function prelu(y: Float32Array, x: Float32Array, weight: Float32Array): void {
  const slope = weight[0];
  for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
}
