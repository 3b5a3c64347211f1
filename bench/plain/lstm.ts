// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops along
// rows, buffers allocated once.

/** PyTorch's layout, gates i f g o: [4H][I], [4H][H], [4H], [4H]. */
export interface LstmWeights {
  weightIh: Float32Array;
  weightHh: Float32Array;
  biasIh: Float32Array;
  biasHh: Float32Array;
}

export interface Sizes {
  T: number;
  B: number;
  I: number;
  H: number;
}

/** What forward keeps for backward: h, c [T + 1][B][H] with the first state in front, gates [T][B][4H]. */
export interface Tape {
  h: Float32Array;
  c: Float32Array;
  gates: Float32Array;
}

/** Scratch of backward. */
export interface Workspace {
  dh: Float32Array;
  dc: Float32Array;
  dgates: Float32Array;
}

export function createTape({ T, B, H }: Sizes): Tape {
  const states = (T + 1) * B * H;
  const [h, c] = [new Float32Array(states), new Float32Array(states)];
  return { h, c, gates: new Float32Array(T * B * 4 * H) };
}

export function createWorkspace({ B, H }: Sizes): Workspace {
  const [dh, dc] = [new Float32Array(B * H), new Float32Array(B * H)];
  return { dh, dc, dgates: new Float32Array(4 * H) };
}

/** Zeros for arrays under the same names. */
export function zerosLike<W extends object>(weights: W): W {
  const zeros = Object.entries(weights).map(([name, { length }]) => [name, new Float32Array(length)]);
  return Object.fromEntries(zeros) as W;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One row: gates [4H] at `g` from x [I] at `xAt` and h [H] at `hAt`. */
function gatesOf(
  gates: Float32Array,
  g: number,
  x: Float32Array,
  xAt: number,
  h: Float32Array,
  hAt: number,
  { weightIh, weightHh, biasIh, biasHh }: LstmWeights,
  I: number,
  H: number,
): void {
  for (let j = 0; j < 4 * H; j++) {
    let sum = biasIh[j] + biasHh[j];
    for (let k = 0; k < I; k++) sum += weightIh[j * I + k] * x[xAt + k];
    for (let k = 0; k < H; k++) sum += weightHh[j * H + k] * h[hAt + k];
    gates[g + j] = j >= 2 * H && j < 3 * H ? Math.tanh(sum) : sigmoid(sum);
  }
}

/** One row: c and h [H] at `next` from c at `at` and the gates. */
function cell(
  h: Float32Array,
  c: Float32Array,
  next: number,
  at: number,
  gates: Float32Array,
  g: number,
  H: number,
): void {
  for (let j = 0; j < H; j++) {
    const value = gates[g + H + j] * c[at + j] + gates[g + j] * gates[g + 2 * H + j];
    c[next + j] = value;
    h[next + j] = gates[g + 3 * H + j] * Math.tanh(value);
  }
}

/** One row in place, for streams: h, c [H], x [I], gates [4H]. */
export function lstmStep(
  h: Float32Array,
  c: Float32Array,
  gates: Float32Array,
  x: Float32Array,
  w: LstmWeights,
  I: number,
  H: number,
): void {
  gatesOf(gates, 0, x, 0, h, 0, w, I, H);
  cell(h, c, 0, 0, gates, 0, H);
}

/** Inference: y [T][B][H], x [T][B][I]; h, c [B][H] in place; gates [4H]. */
export function lstmForward(
  y: Float32Array,
  h: Float32Array,
  c: Float32Array,
  gates: Float32Array,
  x: Float32Array,
  w: LstmWeights,
  { T, B, I, H }: Sizes,
): void {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      gatesOf(gates, 0, x, (t * B + b) * I, h, b * H, w, I, H);
      cell(h, c, b * H, b * H, gates, 0, H);
    }
    y.set(h, t * B * H);
  }
}

/** Training: the output is tape.h from B H on. */
export function lstmForwardTape(tape: Tape, x: Float32Array, w: LstmWeights, { T, B, I, H }: Sizes): void {
  const { h, c, gates } = tape;
  for (let row = 0; row < T * B; row++) {
    gatesOf(gates, row * 4 * H, x, row * I, h, row * H, w, I, H);
    cell(h, c, (row + B) * H, row * H, gates, row * 4 * H, H);
  }
}

/** One row: dgates [4H] from dh and dc at `state`; dc becomes that of the step before. */
function cellBackward(
  { dh, dc, dgates }: Workspace,
  state: number,
  { c, gates }: Tape,
  g: number,
  before: number,
  after: number,
  H: number,
): void {
  for (let j = 0; j < H; j++) {
    const i = gates[g + j];
    const f = gates[g + H + j];
    const n = gates[g + 2 * H + j];
    const o = gates[g + 3 * H + j];
    const tanhC = Math.tanh(c[after + j]);
    const d = dc[state + j] + dh[state + j] * o * (1 - tanhC * tanhC);
    dgates[j] = d * n * i * (1 - i);
    dgates[H + j] = d * c[before + j] * f * (1 - f);
    dgates[2 * H + j] = d * i * (1 - n * n);
    dgates[3 * H + j] = dh[state + j] * tanhC * o * (1 - o);
    dc[state + j] = d * f;
  }
}

/** dx [cols] at `dxAt` += d W; dW += d x^T for one row x [cols] at `xAt`. W, dW [rows][cols]. */
export function productBackward(
  dx: Float32Array,
  dxAt: number,
  dW: Float32Array,
  d: Float32Array,
  W: Float32Array,
  x: Float32Array,
  xAt: number,
  cols: number,
): void {
  for (let j = 0; j < d.length; j++) {
    const dj = d[j];
    for (let k = 0; k < cols; k++) {
      dx[dxAt + k] += dj * W[j * cols + k];
      dW[j * cols + k] += dj * x[xAt + k];
    }
  }
}

/**
 * Back-propagation through time: adds to grad, writes dx [T][B][I]; dy [T][B][H]. work.dh and work.dc end as the
 * gradients of the first state.
 */
export function lstmBackward(
  dx: Float32Array,
  grad: LstmWeights,
  work: Workspace,
  dy: Float32Array,
  tape: Tape,
  x: Float32Array,
  w: LstmWeights,
  { T, B, I, H }: Sizes,
): void {
  const { dh, dc, dgates } = work;
  dh.fill(0);
  dc.fill(0);
  dx.fill(0);
  for (let row = T * B - 1; row >= 0; row--) {
    const state = (row % B) * H;
    for (let j = 0; j < H; j++) dh[state + j] += dy[row * H + j];
    cellBackward(work, state, tape, row * 4 * H, row * H, (row + B) * H, H);
    for (let j = 0; j < 4 * H; j++) {
      grad.biasIh[j] += dgates[j];
      grad.biasHh[j] += dgates[j];
    }
    dh.fill(0, state, state + H);
    productBackward(dx, row * I, grad.weightIh, dgates, w.weightIh, x, row * I, I);
    productBackward(dh, state, grad.weightHh, dgates, w.weightHh, tape.h, row * H, H);
  }
}
