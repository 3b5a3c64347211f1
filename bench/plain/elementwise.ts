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
