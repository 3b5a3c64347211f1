// Plain JavaScript, as a user would write it: float64 arithmetic on Float32Array, simple loops.

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPS = 1e-8;

/** Scales the gradients to a common norm of at most maxNorm. */
export function clipByNorm(gradients: readonly Float32Array[], maxNorm: number): void {
  let squares = 0;
  for (const g of gradients) for (let i = 0; i < g.length; i++) squares += g[i] * g[i];
  const factor = maxNorm / (Math.sqrt(squares) + 1e-6);
  if (factor >= 1) return;
  for (const g of gradients) for (let i = 0; i < g.length; i++) g[i] *= factor;
}

export function clipByValue(g: Float32Array, value: number): void {
  for (let i = 0; i < g.length; i++) g[i] = Math.min(Math.max(g[i], -value), value);
}

/** The `step`th step of Adam, from 1. */
export function adam(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  lr: number,
  step: number,
): void {
  const stepSize = lr / (1 - BETA1 ** step);
  const correction = Math.sqrt(1 - BETA2 ** step);
  for (let i = 0; i < p.length; i++) {
    m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
    v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
    p[i] -= (stepSize * m[i]) / (Math.sqrt(v[i]) / correction + EPS);
  }
}

/** AdamW with AMSGrad; `largest`: of v so far. */
export function adamW(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  largest: Float32Array,
  lr: number,
  weightDecay: number,
  step: number,
): void {
  const stepSize = lr / (1 - BETA1 ** step);
  const correction = Math.sqrt(1 - BETA2 ** step);
  for (let i = 0; i < p.length; i++) {
    m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
    v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
    largest[i] = Math.max(largest[i], v[i]);
    p[i] = p[i] * (1 - lr * weightDecay) - (stepSize * m[i]) / (Math.sqrt(largest[i]) / correction + EPS);
  }
}

export function sgd(p: Float32Array, g: Float32Array, v: Float32Array, lr: number, momentum: number): void {
  for (let i = 0; i < p.length; i++) {
    v[i] = momentum * v[i] + g[i];
    p[i] -= lr * v[i];
  }
}

export function rmsprop(p: Float32Array, g: Float32Array, v: Float32Array, lr: number, alpha: number): void {
  for (let i = 0; i < p.length; i++) {
    v[i] = alpha * v[i] + (1 - alpha) * g[i] * g[i];
    p[i] -= (lr * g[i]) / (Math.sqrt(v[i]) + EPS);
  }
}
