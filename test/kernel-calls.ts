// A drawn call of every kernel: sizes, leading dimensions, alignments, what is aliased, and any bits as values. One row a
// kernel, which places its arguments in the image and returns them.
import {
  BACKWARD_ROWS,
  FORWARD_ROWS,
  gemmTNScratch,
  isSmallLayer,
  type KernelName,
  linearScratch,
  lstmBackwardScratch,
  lstmSizes,
  packedSize,
  ROW_SCRATCH,
} from "../src/contract.js";
import { Image } from "./image.js";
import type { Draw } from "./property.js";

const round4 = (n: number): number => (n + 3) & ~3;

/** A matrix in the image. */
interface Rows {
  at: number;
  ld: number;
}

/** Draws arguments, and places them. */
class Arguments {
  readonly image = new Image();
  readonly draw: Draw;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  /** n values at any multiple of 4. */
  floats(n: number, rows = 1): number {
    const skew = this.draw.size(3);
    return this.image.put(this.draw.values(rows, Math.ceil(n / rows)).subarray(0, n), skew);
  }

  /** A place for n results: one of these, or one apart. */
  out(n: number, ...same: number[]): number {
    return this.draw.pick([() => this.image.place(n, this.draw.size(3)), ...same.map((at) => () => at)])();
  }

  rows(rows: number, cols: number, most = Number.POSITIVE_INFINITY): Rows {
    const ld = cols + this.draw.size(4);
    const values = this.draw.values(rows, cols).map((v) => (v > most ? -v : v));
    return { at: this.image.putRows(values, rows, cols, ld, this.draw.size(3)), ld };
  }

  outRows(rows: number, cols: number, ...same: Rows[]): Rows {
    const ld = cols + this.draw.size(4);
    const apart = { at: this.image.place(rows * ld, this.draw.size(3)), ld };
    return this.draw.pick([apart, ...same]);
  }

  ints(n: number, below: number): number {
    return this.image.putInts(this.draw.random().ints(n, below));
  }

  scratch(n: number): number {
    return this.image.putScratch(n);
  }

  rowScratch(): number {
    return this.scratch(ROW_SCRATCH >> 2);
  }

  /** The float64 behind n float32, most of which round to them. */
  behind(at: number, n: number): number {
    return this.image.behind(this.draw.random(), at, n);
  }

  /** at, or 0 for an argument that is left out. */
  optional(at: number): number {
    return this.draw.flag() ? at : 0;
  }

  /** Rows and columns; long rows are few. */
  shape(): [rows: number, cols: number] {
    return this.draw.size(9) === 9
      ? [this.draw.size(2), this.draw.size(5000)]
      : [this.draw.size(9), this.draw.size(70)];
  }
}

type Call = (a: Arguments) => number[];

const elementwise: Call = (a) => {
  const n = a.draw.size(300);
  const x = a.floats(n);
  return [a.out(n, x), x, n];
};

const forward: Call = (a) => {
  const [rows, cols] = a.shape();
  const x = a.rows(rows, cols);
  const y = a.outRows(rows, cols, x);
  return [y.at, x.at, rows, cols, y.ld, x.ld, a.draw.number(), a.rowScratch()];
};

/** `most`: what y is at most. */
const backward =
  (most = Number.POSITIVE_INFINITY): Call =>
  (a) => {
    const [rows, cols] = a.shape();
    const [dy, y] = [a.rows(rows, cols), a.rows(rows, cols, most)];
    const dx = a.outRows(rows, cols, dy, y);
    return [dx.at, dy.at, y.at, rows, cols, dx.ld, dy.ld, y.ld, a.draw.number(), a.rowScratch()];
  };

const packing =
  (transposed: boolean): Call =>
  (a) => {
    const [K, N] = [a.draw.size(40), a.draw.size(70)];
    const b = transposed ? a.rows(N, K) : a.rows(K, N);
    return [a.out(packedSize(K, N)), b.at, K, N, b.ld];
  };

/** The arrays of an LSTM layer, as it keeps them: float64 where it is small. */
class LstmArguments {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
  readonly Hp: number;
  readonly sizes: ReturnType<typeof lstmSizes>;
  readonly small: boolean;
  private readonly a: Arguments;

  constructor(a: Arguments) {
    this.a = a;
    this.T = a.draw.size(6, 1);
    this.B = a.draw.size(5);
    [this.I, this.H] = a.draw.flag()
      ? [a.draw.size(20, 1), a.draw.size(20, 1)]
      : [a.draw.size(70, 1), a.draw.size(40, 1)];
    this.Hp = round4(this.H);
    this.sizes = lstmSizes(this.I, this.H);
    this.small = isSmallLayer(this.I, this.H);
  }

  /** n elements in the type that the layer has; of each `ld` the first `width` are any, the others 0. */
  put(n: number, width = 1, ld = 1): number {
    const count = this.small ? n / 2 : n;
    const values = this.a.draw.values(count).map((v, i) => (i % ld < width ? v : 0));
    const at = this.a.image.place(n);
    if (this.small)
      this.a.image.putDoubles(
        at,
        Float64Array.from(values, (v, i) => v * (1 + (i % 7) * 2 ** -40)),
      );
    else new Float32Array(this.a.image.buffer, at, n).set(values);
    return at;
  }

  states(steps: number): number {
    return this.put(steps * this.B * this.sizes.state, this.H, this.Hp);
  }

  /** x [T][B][I] and the lengths, or 0; finite where padded. */
  input(): { x: number; lengths: number } {
    const { a, T, B, I } = this;
    const lengths = a.draw
      .random()
      .ints(B, T)
      .map((n) => n + 1);
    const packed = a.draw.flag();
    const x = a.floats(T * B * I);
    const values = new Float32Array(a.image.buffer, x, T * B * I);
    if (packed)
      for (let i = 0; i < values.length; i++)
        if (Math.floor(i / I / B) >= lengths[Math.floor(i / I) % B]) values[i] = 0;
    return { x, lengths: packed ? a.image.putInts(lengths) : 0 };
  }

  /** T, B, I, H, and how the rows of y or dy lie, time first or batch first. */
  layout(): number[] {
    const { T, B, I, H } = this;
    return [T, B, I, H, ...(this.a.draw.flag() ? [B * H, H] : [H, T * H])];
  }
}

export const CALLS: Record<KernelName, Call> = {
  probeMadd: (a) => [a, a, a].map(({ draw }) => Math.fround(draw.number())),
  exp: elementwise,
  log: elementwise,
  sigmoid: elementwise,
  tanh: elementwise,
  scale: (a) => [...elementwise(a), a.draw.number()],
  softmax: forward,
  softmaxBackward: (a) => backward()(a).slice(0, -1),
  logSoftmax: forward,
  // logarithms of probabilities: above 88 their exp is none of float32
  logSoftmaxBackward: backward(0),
  logSumExp: (a) => {
    const [rows, cols] = a.shape();
    const x = a.rows(rows, cols);
    return [a.out(rows), x.at, rows, cols, x.ld, a.draw.number(), a.rowScratch()];
  },
  logSumExpBackward: (a) => {
    const [rows, cols] = a.shape();
    const [x, dlse] = [a.rows(rows, cols), a.floats(rows)];
    const dx = a.outRows(rows, cols, x);
    return [dx.at, dlse, x.at, rows, cols, dx.ld, x.ld, a.draw.number(), a.rowScratch()];
  },
  crossEntropy: (a) => {
    const [rows, n] = a.shape();
    const cols = n + 1;
    const logits = a.rows(rows, cols);
    const dlogits = a.draw.size(3) ? a.outRows(rows, cols, logits) : { at: 0, ld: 0 };
    const targets = a.ints(rows, cols);
    const inputs = [a.optional(a.floats(cols)), a.optional(a.floats(rows))];
    const flags = [a.draw.pick([-100, 0, cols - 1]), a.draw.pick([0, 0.1, 0.7, 1]), a.draw.size(2), a.rowScratch()];
    return [a.out(rows), dlogits.at, logits.at, targets, ...inputs, rows, cols, dlogits.ld, logits.ld, ...flags];
  },
  pack: packing(false),
  packTransposed: packing(true),
  gemm: (a) => {
    const [M, N, K] = [a.draw.size(7), a.draw.size(70), a.draw.size(100)];
    const [x, one] = [a.rows(M, K), a.draw.flag()];
    const cin = a.rows(one ? 1 : M, N);
    const c = one ? a.outRows(M, N) : a.outRows(M, N, cin);
    const p = a.floats(packedSize(K, N));
    return [c.at, cin.at, x.at, p, M, N, K, c.ld, one ? 0 : cin.ld, x.ld, 16 * K, a.scratch(32)];
  },
  gemv: (a) => {
    const [N, K] = [a.draw.size(70), a.draw.size(100)];
    const cin = a.floats(N);
    return [a.out(N, cin), cin, a.floats(K), a.floats(packedSize(K, N)), N, K, 16 * K, a.scratch(32)];
  },
  gemmTN: (a) => {
    const [M, N, R, chunk] = [a.draw.size(40), a.draw.size(70), a.draw.size(50), a.draw.size(60, 1)];
    const [c, x, y] = [a.rows(M, N), a.rows(R, M), a.rows(R, N)];
    return [c.at, x.at, y.at, M, N, R, c.ld, x.ld, y.ld, chunk, a.scratch(gemmTNScratch(M, N, R, chunk))];
  },
  columnSums: (a) => {
    const [rows, cols] = [a.draw.size(20), a.draw.size(70)];
    const x = a.rows(rows, cols);
    return [a.floats(cols), x.at, rows, cols, x.ld];
  },
  linearForward: (a) => {
    const [M, I, O] = [a.draw.size(80), a.draw.size(40, 1), a.draw.size(40, 1)];
    const [x, weight, bias] = [M * I, O * I, O].map((n) => a.floats(n));
    return [a.out(M * O), x, weight, a.optional(bias), M, I, O, a.scratch(linearScratch(M, I, O))];
  },
  linearBackward: (a) => {
    const [M, I, O] = [a.draw.size(80), a.draw.size(40, 1), a.draw.size(40, 1)];
    const [dy, x, weight, dweight, dbias] = [M * O, M * I, O * I, O * I, O].map((n) => a.floats(n));
    const bias = a.draw.flag() ? [dbias, a.behind(dbias, O)] : [0, 0];
    const outputs = [dweight, a.behind(dweight, O * I), ...bias, a.out(M * I)];
    return [...outputs, dy, x, weight, M, I, O, a.scratch(linearScratch(M, I, O))];
  },
  lstmPack: (a) => {
    const { I, H, sizes } = new LstmArguments(a);
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * H, 4 * H, 4 * H].map((n) => a.floats(n));
    const biases = a.draw.flag() ? [bih, bhh] : [0, 0];
    return [a.image.place(sizes.w), a.image.place(sizes.bias), wih, whh, ...biases, I, H];
  },
  lstmPackTransposed: (a) => {
    const { I, H, sizes } = new LstmArguments(a);
    return [a.image.place(sizes.wihT), a.image.place(sizes.whhT), a.floats(4 * H * I), a.floats(4 * H * H), I, H];
  },
  lstmPutState: (a) => {
    const { B, I, H, Hp, sizes, small } = new LstmArguments(a);
    const state = a.optional(a.floats(B * H));
    const wide = state && small ? a.optional(a.behind(state, B * H)) : 0;
    const ld = Hp + (small ? 0 : a.draw.size(9));
    return [a.image.place(B * (sizes.state + ld)), state, wide, B, I, H, ld];
  },
  lstmTakeState: (a) => {
    const l = new LstmArguments(a);
    const { B, I, H } = l;
    return [a.out(B * H), a.image.place(2 * B * H), l.states(1), B, I, H];
  },
  copySteps: (a) => {
    const [T, B, cols] = [a.draw.size(6), a.draw.size(5), a.draw.size(20)];
    const width = cols + a.draw.size(4);
    const lengths = a.optional(a.image.putInts(a.draw.random().ints(B, T + 1)));
    const layout = (n: number): number[] => (a.draw.flag() ? [B * n, n] : [n, T * n]);
    const x = a.draw.size(4) ? a.floats(T * B * cols) : 0;
    return [a.out(T * B * width), x, lengths, T, B, cols, width, ...layout(width), ...layout(cols)];
  },
  lstmForward: (a) => {
    const l = new LstmArguments(a);
    const { T, B, H, sizes } = l;
    const { x, lengths } = l.input();
    const [w, bias] = [l.put(sizes.w), l.put(sizes.bias)];
    const [rows, keep] = [a.draw.pick([FORWARD_ROWS, 1, 3, 16]), a.draw.size(1)];
    const steps = keep ? T + 1 : 1;
    const [hs, cs] = [l.states(steps), l.states(steps)];
    const gates = a.image.place((keep ? T * B : Math.max(rows, B)) * sizes.gates);
    const tanhC = a.image.place((keep ? T : 1) * B * sizes.tanhC);
    const y = a.out(T * B * H);
    return [y, hs, cs, gates, tanhC, x, w, bias, lengths, ...l.layout(), rows, keep, a.scratch(32)];
  },
  lstmStep: (a) => {
    const l = new LstmArguments(a);
    const { B, I, H, Hp, sizes } = l;
    const xh = a.image.put(a.draw.values(B * (I + Hp)));
    // h of a small layer lies behind x, at the next multiple of 8
    if (l.small) l.put(B * sizes.state + 2 * B * I);
    const work = [l.states(1), a.image.place(B * sizes.gates), a.image.place(B * sizes.tanhC)];
    return [a.out(B * H), xh, ...work, l.put(sizes.w), l.put(sizes.bias), B, I, H, a.scratch(32)];
  },
  lstmBackward: (a) => {
    const l = new LstmArguments(a);
    const { T, B, I, H, sizes } = l;
    const { x, lengths } = l.input();
    const weights = [4 * H * I, 4 * H * H, ...(a.draw.flag() ? [4 * H, 4 * H] : [])];
    const grads = weights.map((n) => a.floats(n));
    const wide = grads.map((at, i) => a.behind(at, weights[i]));
    const none = Array(4 - weights.length).fill(0);
    const [dx, dy] = [a.optional(a.out(T * B * I)), a.optional(a.floats(T * B * H))];
    const kept = [l.states(T + 1), l.states(T + 1), l.put(T * B * sizes.gates), l.put(T * B * sizes.tanhC)];
    const packed = [l.put(sizes.wihT), l.put(sizes.whhT)];
    const chunk = a.draw.pick([BACKWARD_ROWS, 1, 3, 16]);
    const state = [dx, l.states(1), l.states(1), dy, x, ...kept, ...packed, lengths];
    const scratch = a.scratch(lstmBackwardScratch(T, B, I, H, chunk));
    return [...grads, ...none, ...wide, ...none, ...state, ...l.layout(), chunk, scratch];
  },
  embedding: (a) => {
    const [n, dim, rows] = [a.draw.size(9), a.draw.size(40), a.draw.size(9, 1)];
    return [a.out(n * dim), a.floats(rows * dim), a.ints(n, rows), n, dim];
  },
  embeddingBackward: (a) => {
    const [n, dim, rows] = [a.draw.size(9), a.draw.size(40), a.draw.size(9, 1)];
    return [a.floats(rows * dim), a.floats(n * dim), a.ints(n, rows), n, dim];
  },
  sumSquares: (a) => {
    const n = a.draw.size(300);
    return [a.floats(n), n];
  },
  sgd: (a) => {
    const n = a.draw.size(300);
    const arrays = [n, n, n].map((size) => a.floats(size));
    return [...arrays, n, a.draw.number(), a.draw.number(), a.draw.number()];
  },
  adam: (a) => {
    const n = a.draw.size(300);
    const arrays = [n, n, n, n].map((size) => a.floats(size));
    return [...arrays, n, ...Array.from({ length: 9 }, () => a.draw.number())];
  },
};

/** A drawn call of a kernel, and the image that it is made on. */
export function drawCall(kernel: KernelName, draw: Draw): { image: Image; args: number[] } {
  const a = new Arguments(draw);
  return { args: CALLS[kernel](a), image: a.image };
}
