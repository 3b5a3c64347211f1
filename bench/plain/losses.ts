// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops. Each
// returns the mean loss and writes its gradient.
import { logSoftmax, softmax } from "./softmax.js";

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

export function hinge(dx: Float32Array, x: Float32Array, y: Float32Array): number {
  const n = x.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const h = Math.max(0, 1 - y[i] * x[i]);
    loss += h;
    dx[i] = h > 0 ? -y[i] / n : 0;
  }
  return loss / n;
}

export function squaredHinge(dx: Float32Array, x: Float32Array, y: Float32Array): number {
  const n = x.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const h = Math.max(0, 1 - y[i] * x[i]);
    loss += h * h;
    dx[i] = (-2 * h * y[i]) / n;
  }
  return loss / n;
}

/** y of 0 and 1. */
export function sigmoidFocal(dx: Float32Array, x: Float32Array, y: Float32Array, positive = 0.25, gamma = 2): number {
  const n = x.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const sign = y[i] === 1 ? 1 : -1;
    const alpha = y[i] === 1 ? positive : 1 - positive;
    const v = sign * x[i];
    const e = Math.exp(-Math.abs(v));
    const log = Math.min(v, 0) - Math.log1p(e);
    const rest = (v < 0 ? 1 : e) / (1 + e);
    const weight = alpha * rest ** gamma;
    loss -= weight * log;
    dx[i] = (sign * weight * (gamma * (1 - rest) * log - rest)) / n;
  }
  return loss / n;
}

/** dx, x [rows][cols], targets [rows] */
export function nll(dx: Float32Array, x: Float32Array, targets: Int32Array, rows: number, cols: number): number {
  dx.fill(0);
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const at = r * cols + targets[r];
    loss -= x[at];
    dx[at] = -1 / rows;
  }
  return loss / rows;
}

/** dx, x [rows][cols], targets [rows] */
export function focal(
  dx: Float32Array,
  x: Float32Array,
  targets: Int32Array,
  rows: number,
  cols: number,
  gamma = 2,
): number {
  softmax(dx, x, rows, cols);
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const p = dx[r * cols + targets[r]];
    const rest = 1 - p;
    const log = Math.log(p);
    loss -= rest ** gamma * log;
    const d = (rest ** (gamma - 1) * (gamma * p * log - rest)) / rows;
    for (let c = 0; c < cols; c++) dx[r * cols + c] = d * ((c === targets[r] ? 1 : 0) - dx[r * cols + c]);
  }
  return loss / rows;
}

/** dx, x [rows][cols], targets [rows] */
export function multiMargin(
  dx: Float32Array,
  x: Float32Array,
  targets: Int32Array,
  rows: number,
  cols: number,
): number {
  const slope = 1 / (rows * cols);
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const target = r * cols + targets[r];
    let active = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) {
      const m = i === target ? 0 : Math.max(0, 1 - x[target] + x[i]);
      loss += m;
      dx[i] = m > 0 ? slope : 0;
      if (m > 0) active++;
    }
    dx[target] = -active * slope;
  }
  return loss * slope;
}

/** dx, x [rows][cols] */
export function entropy(dx: Float32Array, x: Float32Array, rows: number, cols: number): number {
  logSoftmax(dx, x, rows, cols);
  let loss = 0;
  for (let start = 0; start < rows * cols; start += cols) {
    let row = 0;
    for (let i = start; i < start + cols; i++) row -= Math.exp(dx[i]) * dx[i];
    for (let i = start; i < start + cols; i++) dx[i] = (-Math.exp(dx[i]) * (dx[i] + row)) / rows;
    loss += row;
  }
  return loss / rows;
}

/** The mean over all elements; dx, x, p [rows][cols], p probabilities. */
export function klDivergence(dx: Float32Array, x: Float32Array, p: Float32Array, rows: number, cols: number): number {
  const n = rows * cols;
  logSoftmax(dx, x, rows, cols);
  let loss = 0;
  for (let start = 0; start < n; start += cols) {
    let sum = 0;
    for (let i = start; i < start + cols; i++) {
      sum += p[i];
      if (p[i] > 0) loss += p[i] * (Math.log(p[i]) - dx[i]);
    }
    for (let i = start; i < start + cols; i++) dx[i] = (Math.exp(dx[i]) * sum - p[i]) / n;
  }
  return loss / n;
}
