// What the kernels should compute: naive float64, one formula after the other, PyTorch's semantics. Imports
// nothing, so that it shares no mistake with src. The largest entry of a row is taken out of its sum and log1p
// applied to the others: the digits of a dominating entry would be lost in float64, too.

type Numbers = ArrayLike<number>;

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** beta x of row r. */
function scaledRow(x: Numbers, r: number, cols: number, beta: number): number[] {
  return Array.from({ length: cols }, (_, c) => beta * x[r * cols + c]);
}

function sum(values: Numbers): number {
  let s = 0;
  for (let i = 0; i < values.length; i++) s += values[i];
  return s;
}

/** Exp of a row relative to its largest entry m, and L = log(sum exp(z)) - m, NaN where m is infinite. */
function expRow(z: number[]): { m: number; e: number[]; L: number } {
  const m = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const e = z.map((v) => Math.exp(v - m));
  const top = z.indexOf(m);
  const others = sum(e.map((v, c) => (c === top ? 0 : v)));
  return { m, e, L: Number.isFinite(m) ? Math.log1p(others) : Number.NaN };
}

/** The rows f(row) of x, one behind the other. */
function mapRows(x: Numbers, rows: number, cols: number, beta: number, f: (z: number[], r: number) => number[]) {
  const y = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) y.set(f(scaledRow(x, r, cols, beta), r), r * cols);
  return y;
}

/** y = exp(beta x) / sum exp(beta x). x [rows][cols]. */
export function softmax(x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(x, rows, cols, beta, (z) => {
    const { e } = expRow(z);
    const total = sum(e);
    return e.map((v) => v / total);
  });
}

/** dx = beta y (dy - sum(dy y)), y = softmax(beta x). */
export function softmaxBackward(dy: Numbers, y: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(y, rows, cols, 1, (p, r) => {
    const dot = sum(p.map((v, c) => v * dy[r * cols + c]));
    return p.map((v, c) => beta * v * (dy[r * cols + c] - dot));
  });
}

/** y = beta x - log sum exp(beta x). */
export function logSoftmax(x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(x, rows, cols, beta, (z) => {
    const { m, L } = expRow(z);
    return z.map((v) => v - m - L);
  });
}

/** dx = beta (dy - exp(y) sum(dy)), y = logSoftmax(beta x). */
export function logSoftmaxBackward(dy: Numbers, y: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return mapRows(y, rows, cols, 1, (logp, r) => {
    const total = sum(logp.map((_, c) => dy[r * cols + c]));
    return logp.map((v, c) => beta * (dy[r * cols + c] - Math.exp(v) * total));
  });
}

/** log sum exp(beta x) of each row; an infinite maximum is the result, -Infinity for no columns. */
export function logSumExp(x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    const { m, L } = expRow(scaledRow(x, r, cols, beta));
    return Number.isFinite(m) ? m + L : m;
  });
}

/** dx = dlse beta softmax(beta x); 0 for a row of -Infinity. */
export function logSumExpBackward(dlse: Numbers, x: Numbers, rows: number, cols: number, beta = 1): Float64Array {
  const y = softmax(x, rows, cols, beta);
  return mapRows(x, rows, cols, beta, (z, r) => {
    const empty = z.every((v) => v === Number.NEGATIVE_INFINITY);
    return z.map((_, c) => (empty ? 0 : dlse[r] * beta * y[r * cols + c]));
  });
}

export interface CrossEntropyOptions {
  weight?: Numbers;
  ignoreIndex?: number;
  labelSmoothing?: number;
  reduction?: "none" | "mean" | "sum";
  /** The gradient of the loss, as the loss: one a row for "none", else one. */
  dloss?: Numbers;
  /** zLoss lse^2 is added to a row, times the weight of its target. */
  zLoss?: number;
}

/**
 * Loss and gradient of logits [rows][cols] against class indices. An ignored row has loss and gradient 0. `terms` is what the
 * gradient is the difference of.
 */
export function crossEntropy(
  logits: Numbers,
  targets: Numbers,
  rows: number,
  cols: number,
  options: CrossEntropyOptions = {},
): { loss: Float64Array; dlogits: Float64Array; terms: Float64Array } {
  const { weight, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean", dloss, zLoss = 0 } = options;
  const w = Array.from({ length: cols }, (_, c) => (weight ? weight[c] : 1));
  const all = sum(w);
  const losses = new Float64Array(rows);
  const [dlogits, terms] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  let norm = 0;
  for (let r = 0; r < rows; r++) if (targets[r] !== ignoreIndex) norm += w[targets[r]];
  if (reduction !== "mean") norm = 1;
  for (let r = 0; r < rows; r++) {
    const t = targets[r];
    if (t === ignoreIndex) continue;
    const z = scaledRow(logits, r, cols, 1);
    const { m, e, L } = expRow(z);
    const total = sum(e);
    // -log p of a class is its gap to the largest logit and L
    const hit = (1 - labelSmoothing) * w[t];
    const share = labelSmoothing / cols;
    losses[r] = hit * (m - z[t] + L);
    if (labelSmoothing) losses[r] += share * sum(z.map((v, c) => w[c] * (m - v + L)));
    if (zLoss) losses[r] += w[t] * zLoss * (m + L) ** 2;
    const slope = zLoss ? 2 * w[t] * zLoss * (m + L) : 0;
    const upstream = (dloss ? dloss[reduction === "none" ? r : 0] : 1) / norm;
    // p - 1 is minus the probability of the other classes
    const others = sum(e.map((v, c) => (c === t ? 0 : v)));
    for (let c = 0; c < cols; c++) {
      const hard = c === t ? -others / total : e[c] / total;
      const soft = labelSmoothing ? share * (all * (e[c] / total) - w[c]) : 0;
      dlogits[r * cols + c] = upstream * (hit * hard + soft + slope * (e[c] / total));
      const own = share * w[c] + (c === t ? hit : 0);
      terms[r * cols + c] = Math.abs(upstream) * (own + ((hit + share * all + Math.abs(slope)) * e[c]) / total);
    }
  }
  const loss = reduction === "none" ? losses : Float64Array.of(sum(losses) / norm);
  return { loss, dlogits, terms };
}

/**
 * Loss and gradient of logits [rows][cols] against probabilities of the same shape, one loss a row. `terms` is what the
 * gradient is the difference of: its error is relative to them.
 */
export function crossEntropyProbabilities(
  logits: Numbers,
  targets: Numbers,
  rows: number,
  cols: number,
  { weight, labelSmoothing = 0, zLoss = 0, dloss }: Omit<CrossEntropyOptions, "ignoreIndex" | "reduction"> = {},
): { loss: Float64Array; dlogits: Float64Array; terms: Float64Array } {
  const loss = new Float64Array(rows);
  const [dlogits, terms] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  for (let r = 0; r < rows; r++) {
    const z = scaledRow(logits, r, cols, 1);
    const { m, e, L } = expRow(z);
    const total = sum(e);
    const q = z.map(
      (_, c) => (weight ? weight[c] : 1) * ((1 - labelSmoothing) * targets[r * cols + c] + labelSmoothing / cols),
    );
    loss[r] = sum(q.map((v, c) => (v ? v * (m - z[c] + L) : 0))) + (zLoss ? zLoss * (m + L) ** 2 : 0);
    const amount = sum(q);
    const slope = zLoss ? 2 * zLoss * (m + L) : 0;
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      const p = e[c] / total;
      // near p = 1 amount p - q is the weight of the other classes less what the others have of it
      const without = (values: number[]): number => sum(values.map((v, k) => (k === c ? 0 : v)));
      const hard = p < 0.5 ? amount * p - q[c] : without(q) - amount * (without(e) / total);
      const upstream = dloss ? dloss[r] : 1;
      dlogits[i] = upstream * (hard + slope * p);
      terms[i] = Math.abs(upstream) * (q[c] + ((amount + Math.abs(slope)) * e[c]) / total);
    }
  }
  return { loss, dlogits, terms };
}

/** y = x W^T + b. y [rows][O], x [rows][I], w [O][I], b [O]. */
export function linear(x: Numbers, w: Numbers, b: Numbers, rows: number, I: number, O: number): Float64Array {
  const y = new Float64Array(rows * O);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < O; o++) {
      y[r * O + o] = b[o];
      for (let i = 0; i < I; i++) y[r * O + o] += x[r * I + i] * w[o * I + i];
    }
  }
  return y;
}

export function linearBackward(dy: Numbers, x: Numbers, w: Numbers, rows: number, I: number, O: number) {
  const dx = new Float64Array(rows * I);
  const dw = new Float64Array(O * I);
  const db = new Float64Array(O);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < O; o++) {
      const d = dy[r * O + o];
      db[o] += d;
      for (let i = 0; i < I; i++) {
        dx[r * I + i] += d * w[o * I + i];
        dw[o * I + i] += d * x[r * I + i];
      }
    }
  }
  return { dx, dw, db };
}

/** One layer and direction, PyTorch's layout: wih [4H][I], whh [4H][H], bih, bhh [4H], gates i f g o. */
export interface Lstm {
  T: number;
  B: number;
  I: number;
  H: number;
  /** [T][B][I] */
  x: Numbers;
  wih: Numbers;
  whh: Numbers;
  bih?: Numbers;
  bhh?: Numbers;
  /** [B][H] */
  h0: Numbers;
  c0: Numbers;
  /** Valid steps of each sequence; none: T. */
  lengths?: Numbers;
}

/** What backward needs of one unit at one step. */
interface Cell {
  i: number;
  f: number;
  g: number;
  o: number;
  h0: number;
  c0: number;
  tanhC: number;
}

const valid = (p: Lstm, t: number, b: number): boolean => !p.lengths || t < p.lengths[b];

function preactivation(p: Lstm, t: number, b: number, row: number, h: Numbers): number {
  let z = (p.bih ? p.bih[row] : 0) + (p.bhh ? p.bhh[row] : 0);
  for (let k = 0; k < p.I; k++) z += p.wih[row * p.I + k] * p.x[(t * p.B + b) * p.I + k];
  for (let k = 0; k < p.H; k++) z += p.whh[row * p.H + k] * h[k];
  return z;
}

/** y [T][B][H], hN, cN [B][H]. From its length on a sequence has the output 0 and keeps its state. */
export function lstm(p: Lstm): { y: Float64Array; hN: Float64Array; cN: Float64Array; cells: Cell[] } {
  const { T, B, H } = p;
  const y = new Float64Array(T * B * H);
  const hN = Float64Array.from(p.h0);
  const cN = Float64Array.from(p.c0);
  const cells: Cell[] = [];
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      if (!valid(p, t, b)) continue;
      const h = hN.slice(b * H, (b + 1) * H);
      for (let j = 0; j < H; j++) {
        const at = b * H + j;
        const [zi, zf, zg, zo] = [0, 1, 2, 3].map((gate) => preactivation(p, t, b, gate * H + j, h));
        const cell = {
          i: sigmoid(zi),
          f: sigmoid(zf),
          g: Math.tanh(zg),
          o: sigmoid(zo),
          h0: h[j],
          c0: cN[at],
          tanhC: 0,
        };
        cN[at] = cell.f * cell.c0 + cell.i * cell.g;
        cell.tanhC = Math.tanh(cN[at]);
        hN[at] = cell.o * cell.tanhC;
        y[t * B * H + at] = hN[at];
        cells[t * B * H + at] = cell;
      }
    }
  }
  return { y, hN, cN, cells };
}

/** The gradients from dy [T][B][H] and those of the last state, dhN, dcN [B][H], through all steps. */
export function lstmBackward(p: Lstm, dy: Numbers, dhN: Numbers, dcN: Numbers) {
  const { T, B, I, H } = p;
  const { cells } = lstm(p);
  const dx = new Float64Array(T * B * I);
  const dh0 = Float64Array.from(dhN);
  const dc0 = Float64Array.from(dcN);
  const dwih = new Float64Array(4 * H * I);
  const dwhh = new Float64Array(4 * H * H);
  const dbih = new Float64Array(4 * H);
  for (let t = T - 1; t >= 0; t--) {
    for (let b = 0; b < B; b++) {
      if (!valid(p, t, b)) continue;
      const dz = new Float64Array(4 * H);
      for (let j = 0; j < H; j++) {
        const at = b * H + j;
        const { i, f, g, o, c0, tanhC } = cells[t * B * H + at];
        const dh = dy[t * B * H + at] + dh0[at];
        const dc = dc0[at] + dh * o * (1 - tanhC * tanhC);
        dz[j] = dc * g * i * (1 - i);
        dz[H + j] = dc * c0 * f * (1 - f);
        dz[2 * H + j] = dc * i * (1 - g * g);
        dz[3 * H + j] = dh * tanhC * o * (1 - o);
        dc0[at] = dc * f;
        dh0[at] = 0;
      }
      for (let row = 0; row < 4 * H; row++) {
        dbih[row] += dz[row];
        for (let k = 0; k < I; k++) {
          dx[(t * B + b) * I + k] += dz[row] * p.wih[row * I + k];
          dwih[row * I + k] += dz[row] * p.x[(t * B + b) * I + k];
        }
        for (let k = 0; k < H; k++) {
          dh0[b * H + k] += dz[row] * p.whh[row * H + k];
          dwhh[row * H + k] += dz[row] * cells[(t * B + b) * H + k].h0;
        }
      }
    }
  }
  return { dx, dh0, dc0, dwih, dwhh, dbih, dbhh: Float64Array.from(dbih) };
}

/** y[i] = table[ids[i]]. */
export function embedding(table: Numbers, ids: Numbers, dim: number): Float64Array {
  return Float64Array.from({ length: ids.length * dim }, (_, k) => table[ids[Math.floor(k / dim)] * dim + (k % dim)]);
}

/** The gradient of a table [rows][dim]. */
export function embeddingBackward(dy: Numbers, ids: Numbers, rows: number, dim: number): Float64Array {
  const dtable = new Float64Array(rows * dim);
  for (let i = 0; i < ids.length; i++) {
    for (let k = 0; k < dim; k++) dtable[ids[i] * dim + k] += dy[i * dim + k];
  }
  return dtable;
}

/** One step of stochastic gradient descent; v = 0 before the first. */
export function sgd(p: Numbers, g: Numbers, v: Numbers, o: { lr: number; momentum: number; weightDecay: number }) {
  const velocity = Float64Array.from(p, (w, i) => o.momentum * v[i] + g[i] + o.weightDecay * w);
  return { p: Float64Array.from(p, (w, i) => w - o.lr * velocity[i]), v: velocity };
}

export interface AdamOptions {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** AdamW: the weights decay by themselves, not through the gradient. */
  decoupled?: boolean;
}

/** Step `step` = 1, 2, ... of Adam or AdamW. */
export function adam(p: Numbers, g: Numbers, m: Numbers, v: Numbers, step: number, o: AdamOptions) {
  const decayed = Float64Array.from(p, (w) => (o.decoupled ? w * (1 - o.lr * o.weightDecay) : w));
  const d = decayed.map((w, i) => (o.decoupled ? g[i] : g[i] + o.weightDecay * w));
  const first = d.map((value, i) => o.beta1 * m[i] + (1 - o.beta1) * value);
  const second = d.map((value, i) => o.beta2 * v[i] + (1 - o.beta2) * value * value);
  const next = decayed.map((w, i) => {
    const mean = first[i] / (1 - o.beta1 ** step);
    const variance = second[i] / (1 - o.beta2 ** step);
    return w - (o.lr * mean) / (Math.sqrt(variance) + o.eps);
  });
  return { p: next, m: first, v: second };
}

/** Gradients scaled down to a total norm of at most `max`, and the norm before. */
export function clipByNorm(g: Numbers, max: number): { g: Float64Array; norm: number } {
  const norm = Math.sqrt(sum(Float64Array.from(g, (v) => v * v)));
  const factor = Math.min(1, max / (norm + 1e-6));
  return { g: Float64Array.from(g, (v) => v * factor), norm };
}
