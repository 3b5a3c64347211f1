// What the alternatives to softmax should compute: naive float64, gradients from the whole Jacobian. Imports nothing,
// so that it shares no mistake with src.

type Numbers = ArrayLike<number>;

const sum = (values: Numbers): number => Array.from(values).reduce((a, b) => a + b, 0);

/** The rows f(row, r) of x, one behind the other. */
function mapRows(x: Numbers, rows: number, cols: number, f: (row: number[], r: number) => Numbers): Float64Array {
  const y = new Float64Array(rows * cols);
  const all = Array.from(x);
  for (let r = 0; r < rows; r++) y.set(Array.from(f(all.slice(r * cols, (r + 1) * cols), r)), r * cols);
  return y;
}

/** dx[i] = sum dy[j] jacobian(row)(j, i). */
function pullBack(
  dy: Numbers,
  x: Numbers,
  rows: number,
  cols: number,
  jacobian: (row: number[]) => (j: number, i: number) => number,
): Float64Array {
  return mapRows(x, rows, cols, (row, r) => {
    const d = jacobian(row);
    return row.map((_, i) => sum(row.map((_, j) => dy[r * cols + j] * d(j, i))));
  });
}

const kronecker = (j: number, i: number): number => (i === j ? 1 : 0);

/** Mean, and 1 / sqrt(variance + eps); 0 in a constant row. */
export function moments(row: Numbers, eps: number): { mean: number; k: number } {
  const mean = sum(row) / row.length;
  const variance = sum(Array.from(row, (v) => (v - mean) ** 2)) / row.length + eps;
  return { mean, k: variance === 0 ? 0 : 1 / Math.sqrt(variance) };
}

export function standardNormalize(x: Numbers, rows: number, cols: number, eps: number): Float64Array {
  return mapRows(x, rows, cols, (row) => {
    const { mean, k } = moments(row, eps);
    return row.map((v) => (v - mean) * k);
  });
}

export function standardNormalizeBackward(
  dy: Numbers,
  x: Numbers,
  rows: number,
  cols: number,
  eps: number,
): Float64Array {
  return pullBack(dy, x, rows, cols, (row) => {
    const { mean, k } = moments(row, eps);
    const s = row.map((v) => (v - mean) * k);
    return (j, i) => k * (kronecker(j, i) - (1 + s[i] * s[j]) / cols);
  });
}

/** f(z) / sum f(z) with f and its derivative: Taylor and spherical softmax. */
interface Normalizer {
  f: (z: number) => number;
  slope: (z: number) => number;
}

export const taylor: Normalizer = { f: (z) => 1 + z + z ** 2 / 2, slope: (z) => 1 + z };
export const spherical = (eps: number): Normalizer => ({ f: (z) => z ** 2 + eps, slope: (z) => 2 * z });

export function normalized({ f }: Normalizer, x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(x, rows, cols, (row) => {
    const total = sum(row.map((v) => f(beta * v)));
    return row.map((v) => f(beta * v) / total);
  });
}

export function normalizedBackward(
  { f, slope }: Normalizer,
  dy: Numbers,
  x: Numbers,
  rows: number,
  cols: number,
  beta = 1,
): Float64Array {
  return pullBack(dy, x, rows, cols, (row) => {
    const total = sum(row.map((v) => f(beta * v)));
    return (j, i) => (beta * slope(beta * row[i]) * (kronecker(j, i) - f(beta * row[j]) / total)) / total;
  });
}

/** By sorting: the support is the longest prefix of the sorted entries whose threshold lies below its last one. */
export function sparsemax(x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(x, rows, cols, (row) => {
    const top = Math.max(...row.map((v) => beta * v));
    const z = row.map((v) => beta * v - top);
    let [total, tau] = [0, 0];
    for (const [i, v] of z
      .slice()
      .sort((a, b) => b - a)
      .entries()) {
      total += v;
      if (1 + (i + 1) * v <= total) break;
      tau = (total - 1) / (i + 1);
    }
    return z.map((v) => Math.max(v - tau, 0));
  });
}

export function sparsemaxBackward(dy: Numbers, y: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return pullBack(dy, y, rows, cols, (row) => {
    const support = row.filter((p) => p > 0).length;
    return (j, i) => (row[i] > 0 && row[j] > 0 ? beta * (kronecker(j, i) - 1 / support) : 0);
  });
}

/** The nearest point of the simplex, by trying every support. For a few columns. */
export function nearestProbabilities(z: Numbers): number[] {
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let subset = 1; subset < 2 ** z.length; subset++) {
    const inside = Array.from(z, (_, i) => (subset >> i) & 1);
    const tau = (sum(Array.from(z, (v, i) => v * inside[i])) - 1) / sum(inside);
    const p = Array.from(z, (v, i) => (inside[i] ? v - tau : 0));
    const distance = sum(p.map((v, i) => (v - z[i]) ** 2));
    if (p.every((v) => v >= 0) && distance < least) [best, least] = [p, distance];
  }
  return best;
}

export function gumbel(u: number): number {
  return -Math.log(-Math.log(u));
}

/** Columns from the largest entry down: NaN first, equal entries by column. */
export function descending(row: Numbers): number[] {
  const order = Array.from(row, (_, i) => i);
  const key = (i: number): number => (Number.isNaN(row[i]) ? Number.POSITIVE_INFINITY : row[i]);
  const rank = (i: number): number => (Number.isNaN(row[i]) ? 0 : 1);
  return order.sort((a, b) => rank(a) - rank(b) || (key(a) === key(b) ? a - b : key(b) - key(a)));
}

/** The probabilities that a draw has after temperature, topK and topP. */
export function sampling(logits: Numbers, temperature: number, topK: number, topP: number): number[] {
  const top = Math.max(...Array.from(logits));
  const w = Array.from(logits, (v) => Math.exp((v - top) / temperature));
  const candidates = descending(logits).slice(0, topK);
  const total = sum(candidates.map((i) => w[i]));
  const kept: number[] = [];
  for (const i of candidates) {
    if (sum(kept.map((c) => w[c])) >= topP * total) break;
    kept.push(i);
  }
  const mass = sum(kept.map((i) => w[i]));
  return w.map((v, i) => (kept.includes(i) ? v / mass : 0));
}
