// What the losses should compute: naive float64, one formula after the other, PyTorch's semantics. Imports nothing, so that
// it shares no mistake with src. Each returns the losses, and the gradient of their sum with each loss times its dloss.

type Numbers = ArrayLike<number>;

export interface Lost {
  loss: Float64Array;
  dx: Float64Array;
}

/** A loss of single elements: element(i) is [loss, gradient]. */
function elements(n: number, dloss: Numbers, element: (i: number) => [number, number]): Lost {
  const all = Array.from({ length: n }, (_, i) => element(i));
  return {
    loss: Float64Array.from(all, ([loss]) => loss),
    dx: Float64Array.from(all, ([, gradient], i) => gradient * dloss[i]),
  };
}

export function mse(x: Numbers, y: Numbers, dloss: Numbers): Lost {
  return elements(x.length, dloss, (i) => [(x[i] - y[i]) ** 2, 2 * (x[i] - y[i])]);
}

export function hinge(x: Numbers, y: Numbers, dloss: Numbers, margin = 1, power = 1): Lost {
  return elements(x.length, dloss, (i) => {
    const z = margin - y[i] * x[i];
    if (z <= 0) return [0, 0];
    return power === 1 ? [z, -y[i]] : [z * z, -2 * y[i] * z];
  });
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** 1 / (1 + exp(-x)), with the digits of what is next to 0. */
const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

export function bceWithLogits(x: Numbers, y: Numbers, dloss: Numbers, weight: Numbers = [1], posWeight: Numbers = [1]) {
  return elements(x.length, dloss, (i): [number, number] => {
    const w = weight[i % weight.length];
    const positive = posWeight[i % posWeight.length] * y[i];
    const loss = (1 - y[i]) * softplus(x[i]) + positive * softplus(-x[i]);
    return [w * loss, w * ((1 - y[i]) * sigmoid(x[i]) - positive * sigmoid(-x[i]))];
  });
}

export function sigmoidFocal(x: Numbers, y: Numbers, dloss: Numbers, alpha = 0.25, gamma = 2): Lost {
  return elements(x.length, dloss, (i) => {
    const [p, q, t] = [sigmoid(x[i]), sigmoid(-x[i]), y[i]];
    const ce = (1 - t) * softplus(x[i]) + t * softplus(-x[i]);
    const u = p * (1 - t) + q * t;
    const a = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
    const slope = ce * p * q * (1 - 2 * t);
    const inner = gamma === 0 || slope === 0 ? 0 : gamma * u ** (gamma - 1) * slope;
    return [a * u ** gamma * ce, a * (u ** gamma * (p * (1 - t) - q * t) + inner)];
  });
}

/** How rows lie: [rows / inner][cols][inner]. */
export interface Rows {
  rows: number;
  cols: number;
  inner: number;
}

/** A loss of rows: row(values, r, at) is [loss, gradient of the row]; at(c) is where entry c of the row lies. */
function byRow(
  x: Numbers,
  { rows, cols, inner }: Rows,
  dloss: Numbers,
  row: (values: number[], r: number, at: (c: number) => number) => [number, number[]],
): Lost {
  const [loss, dx] = [new Float64Array(rows), new Float64Array(rows * cols)];
  for (let r = 0; r < rows; r++) {
    const at = (c: number) => (Math.floor(r / inner) * cols + c) * inner + (r % inner);
    const values = Array.from({ length: cols }, (_, c) => x[at(c)]);
    const [value, gradient] = row(values, r, at);
    loss[r] = value;
    for (let c = 0; c < cols; c++) dx[at(c)] = gradient[c] * dloss[r];
  }
  return { loss, dx };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const zeros = (z: readonly number[]): number[] => z.map(() => 0);

/** Probabilities, 1 - each from the others, and -log of each. */
function softmax(z: readonly number[]) {
  const m = Math.max(...z);
  const e = z.map((v) => Math.exp(v - m));
  const total = sum(e);
  const top = e.indexOf(1);
  const L = Math.log1p(sum(e.filter((_, c) => c !== top)));
  return {
    p: e.map((v) => v / total),
    u: e.map((_, c) => sum(e.filter((_, k) => k !== c)) / total),
    cost: z.map((v) => m - v + L),
  };
}

interface TargetOptions {
  weight?: Numbers;
  ignoreIndex?: number;
}

export function nll(x: Numbers, targets: Numbers, shape: Rows, dloss: Numbers, options: TargetOptions = {}): Lost {
  const { weight, ignoreIndex = -100 } = options;
  return byRow(x, shape, dloss, (z, r) => {
    const t = targets[r];
    if (t === ignoreIndex) return [0, zeros(z)];
    const w = weight ? weight[t] : 1;
    return [-w * z[t], z.map((_, c) => (c === t ? -w : 0))];
  });
}

export function multiMargin(
  x: Numbers,
  targets: Numbers,
  shape: Rows,
  dloss: Numbers,
  { p = 1, margin = 1, weight }: { p?: number; margin?: number; weight?: Numbers } = {},
): Lost {
  return byRow(x, shape, dloss, (z, r) => {
    const t = targets[r];
    const w = (weight ? weight[t] : 1) / z.length;
    const gaps = z.map((v, c) => (c === t ? 0 : Math.max(0, margin - z[t] + v)));
    const slopes = gaps.map((gap) => (gap > 0 ? w * p * gap ** (p - 1) : 0));
    const gradient = slopes.map((slope, c) => (c === t ? -sum(slopes) : slope));
    return [w * sum(gaps.map((gap) => gap ** p)), gradient];
  });
}

export function klDivergence(x: Numbers, y: Numbers, shape: Rows, dloss: Numbers, ofLogits = false): Lost {
  return byRow(x, shape, dloss, (z, _, at) => {
    const q = softmax(z);
    const target = z.map((_, c) => y[at(c)]);
    const t = ofLogits ? softmax(target) : { p: target, cost: target.map((v) => -Math.log(v)) };
    const terms = t.p.map((p, c) => (p === 0 ? 0 : p * (q.cost[c] - t.cost[c])));
    return [sum(terms), q.p.map((v, c) => v * (ofLogits ? 1 : sum(t.p)) - t.p[c])];
  });
}

export function entropy(x: Numbers, shape: Rows, dloss: Numbers): Lost {
  return byRow(x, shape, dloss, (z) => {
    const { p, cost } = softmax(z);
    const H = sum(p.map((v, c) => (v === 0 ? 0 : v * cost[c])));
    return [H, p.map((v, c) => (v === 0 ? 0 : v * (cost[c] - H)))];
  });
}

export function focal(
  x: Numbers,
  targets: Numbers,
  shape: Rows,
  dloss: Numbers,
  { weight, ignoreIndex = -100, gamma = 2 }: TargetOptions & { gamma?: number } = {},
): Lost {
  return byRow(x, shape, dloss, (z, r) => {
    const t = targets[r];
    if (t === ignoreIndex) return [0, zeros(z)];
    const { p, u, cost } = softmax(z);
    const w = weight ? weight[t] : 1;
    const slope = gamma === 0 || cost[t] === 0 ? 0 : gamma * u[t] ** (gamma - 1) * p[t] * cost[t];
    const A = w * (slope + u[t] ** gamma);
    return [w * u[t] ** gamma * cost[t], p.map((v, c) => (c === t ? -A * u[t] : A * v))];
  });
}
