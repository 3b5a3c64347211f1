// Plain JavaScript, as a user would write it: an LSTM whose h is projected to P units, with peepholes. Math functions,
// float64 arithmetic on Float32Array, simple loops along rows, buffers allocated once.
import { productBackward, type Sizes, sigmoid, zerosLike } from "./lstm.js";

/** PyTorch's layout, gates i f g o: [4H][I], [4H][P], [4H], [4H], [P][H]; weightCh [3H], i f o. */
export interface ProjectedWeights {
  weightIh: Float32Array;
  weightHh: Float32Array;
  biasIh: Float32Array;
  biasHh: Float32Array;
  weightHr: Float32Array;
  weightCh: Float32Array;
}

export interface ProjectedSizes extends Sizes {
  P: number;
}

export class ProjectedLstm {
  /** [T + 1][B][P] and [T + 1][B][H], the first state in front. */
  readonly h: Float32Array;
  readonly c: Float32Array;
  readonly dx: Float32Array;
  readonly grad: ProjectedWeights;
  private readonly gates: Float32Array;
  private readonly r: Float32Array;
  private readonly dh: Float32Array;
  private readonly dc: Float32Array;
  private readonly dr: Float32Array;
  private readonly dgates: Float32Array;
  private readonly w: ProjectedWeights;
  private readonly size: ProjectedSizes;

  constructor(w: ProjectedWeights, size: ProjectedSizes) {
    const { T, B, I, H, P } = size;
    const zeros = (n: number) => new Float32Array(n);
    [this.h, this.c, this.gates] = [(T + 1) * B * P, (T + 1) * B * H, T * B * 4 * H].map(zeros);
    [this.dx, this.dh, this.dc] = [T * B * I, B * P, B * H].map(zeros);
    [this.r, this.dr, this.dgates] = [H, H, 4 * H].map(zeros);
    this.grad = zerosLike(w);
    this.w = w;
    this.size = size;
  }

  /** x [T][B][I]; the output is h from B P on. */
  forward(x: Float32Array): void {
    const { T, B } = this.size;
    for (let row = 0; row < T * B; row++) this.row(x, row, row, row + B);
  }

  /** One step of B sequences in place: x [B][I], h [B][P]. */
  step(x: Float32Array): void {
    for (let row = 0; row < this.size.B; row++) this.row(x, row, row, row);
  }

  private row(x: Float32Array, row: number, before: number, after: number): void {
    const { h, c, gates, r } = this;
    const { weightIh, weightHh, biasIh, biasHh, weightHr, weightCh } = this.w;
    const { I, H, P } = this.size;
    const g = row * 4 * H;
    for (let j = 0; j < 4 * H; j++) {
      let sum = biasIh[j] + biasHh[j];
      for (let k = 0; k < I; k++) sum += weightIh[j * I + k] * x[row * I + k];
      for (let k = 0; k < P; k++) sum += weightHh[j * P + k] * h[before * P + k];
      gates[g + j] = sum;
    }
    for (let j = 0; j < H; j++) {
      const old = c[before * H + j];
      const i = sigmoid(gates[g + j] + weightCh[j] * old);
      const f = sigmoid(gates[g + H + j] + weightCh[H + j] * old);
      const n = Math.tanh(gates[g + 2 * H + j]);
      const cell = f * old + i * n;
      const o = sigmoid(gates[g + 3 * H + j] + weightCh[2 * H + j] * cell);
      gates[g + j] = i;
      gates[g + H + j] = f;
      gates[g + 2 * H + j] = n;
      gates[g + 3 * H + j] = o;
      c[after * H + j] = cell;
      r[j] = o * Math.tanh(cell);
    }
    for (let p = 0; p < P; p++) {
      let sum = 0;
      for (let j = 0; j < H; j++) sum += weightHr[p * H + j] * r[j];
      h[after * P + p] = sum;
    }
  }

  /** dy [T][B][P] => dx; adds to grad. */
  backward(dy: Float32Array, x: Float32Array): void {
    const { dx, dh, dc, dr, dgates, grad, w, h, r } = this;
    const { T, B, I, H, P } = this.size;
    dh.fill(0);
    dc.fill(0);
    dx.fill(0);
    for (let row = T * B - 1; row >= 0; row--) {
      const state = (row % B) * P;
      const d = dh.subarray(state, state + P);
      for (let p = 0; p < P; p++) d[p] += dy[row * P + p];
      this.outputs(row);
      dr.fill(0);
      productBackward(dr, 0, grad.weightHr, d, w.weightHr, r, 0, H);
      this.cellBackward(row);
      for (let j = 0; j < 4 * H; j++) {
        grad.biasIh[j] += dgates[j];
        grad.biasHh[j] += dgates[j];
      }
      d.fill(0);
      productBackward(dx, row * I, grad.weightIh, dgates, w.weightIh, x, row * I, I);
      productBackward(dh, state, grad.weightHh, dgates, w.weightHh, h, row * P, P);
    }
  }

  /** What was projected: r [H]. */
  private outputs(row: number): void {
    const { c, gates, r } = this;
    const { B, H } = this.size;
    for (let j = 0; j < H; j++) r[j] = gates[(row * 4 + 3) * H + j] * Math.tanh(c[(row + B) * H + j]);
  }

  private cellBackward(row: number): void {
    const { c, gates, dr, dc, dgates } = this;
    const { weightCh } = this.w;
    const dCh = this.grad.weightCh;
    const { B, H } = this.size;
    const [g, before, after, state] = [row * 4 * H, row * H, (row + B) * H, (row % B) * H];
    for (let j = 0; j < H; j++) {
      const [i, f, n, o] = [gates[g + j], gates[g + H + j], gates[g + 2 * H + j], gates[g + 3 * H + j]];
      const [old, cell] = [c[before + j], c[after + j]];
      const t = Math.tanh(cell);
      const dOut = dr[j] * t * o * (1 - o);
      const d = dc[state + j] + dr[j] * o * (1 - t * t) + dOut * weightCh[2 * H + j];
      const dIn = d * n * i * (1 - i);
      const dForget = d * old * f * (1 - f);
      dgates[j] = dIn;
      dgates[H + j] = dForget;
      dgates[2 * H + j] = d * i * (1 - n * n);
      dgates[3 * H + j] = dOut;
      dCh[j] += dIn * old;
      dCh[H + j] += dForget * old;
      dCh[2 * H + j] += dOut * cell;
      dc[state + j] = d * f + dIn * weightCh[j] + dForget * weightCh[H + j];
    }
  }
}
