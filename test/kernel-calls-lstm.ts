// A drawn call of every kernel of an LSTM layer.
import {
  BACKWARD_ROWS,
  FORWARD_ROWS,
  FORWARD_SCRATCH,
  generalCell,
  isSmallLayer,
  type LstmKernels,
  lstmBackwardScratch,
  lstmGeneralScratch,
  lstmGeneralSizes,
  lstmSizes,
} from "../src/contract.js";
import type { Arguments, Call } from "./kernel-arguments.js";

const round4 = (n: number): number => (n + 3) & ~3;

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

/** The arrays of a general layer: float64, any bits. */
class GeneralArguments {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
  readonly P: number;
  readonly sizes: ReturnType<typeof lstmGeneralSizes>;
  readonly scratch: ReturnType<typeof lstmGeneralScratch>;
  private readonly a: Arguments;

  constructor(a: Arguments) {
    this.a = a;
    this.T = a.draw.size(5, 1);
    this.B = a.draw.size(4);
    this.I = a.draw.size(12, 1);
    this.H = a.draw.size(12, 1);
    this.P = a.draw.flag() ? a.draw.size(this.H - 1) : 0;
    this.sizes = lstmGeneralSizes(this.I, this.H, this.P);
    this.scratch = lstmGeneralScratch(this.B, this.I, this.H, this.P);
  }

  /** n elements of float32 that hold any float64. */
  put(n: number): number {
    const at = this.a.image.place(n);
    this.a.image.putDoubles(at, Float64Array.from(this.a.draw.values(n / 2)));
    return at;
  }

  lengths(): number {
    const { a, B, T } = this;
    return a.optional(a.image.putInts(Int32Array.from(a.draw.random().ints(B, T), (n) => n + 1)));
  }

  peepholes(): number {
    return this.a.optional(this.a.floats(3 * this.H));
  }

  cell(): number {
    const { draw, image } = this.a;
    const activation = () => ({ code: draw.size(10), alpha: draw.number(), beta: draw.number() });
    const clip = draw.pick([Number.POSITIVE_INFINITY, 0.5]);
    const values = generalCell(clip, draw.flag(), activation(), activation(), activation());
    const at = image.place(2 * values.length);
    image.putDoubles(at, Float64Array.from(values));
    return at;
  }

  /** T, B, I, H, P, and how the rows of y or dy lie. */
  layout(): number[] {
    const { T, B, I, H, P } = this;
    const R = P || H;
    return [T, B, I, H, P, ...(this.a.draw.flag() ? [B * R, R] : [R, T * R])];
  }
}

export const LSTM_CALLS: Record<keyof LstmKernels, Call> = {
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
    const { B, H, Hp, small } = new LstmArguments(a);
    const state = a.optional(a.floats(B * H));
    const wide = state && small ? a.optional(a.behind(state, B * H)) : 0;
    const ld = Hp + a.draw.size(9);
    return [a.image.place(2 * B * ld), state, wide, small ? 1 : 0, B, H, ld];
  },
  lstmTakeState: (a) => {
    const l = new LstmArguments(a);
    const { B, H, Hp, small } = l;
    return [a.out(B * H), a.image.place(2 * B * H), l.states(1), small ? 1 : 0, B, H, Hp];
  },
  copySteps: (a) => {
    const [T, B, cols] = [a.draw.size(6), a.draw.size(5), a.draw.size(20)];
    const width = cols + a.draw.size(4);
    const order = a.optional(
      a.image.putInts(
        a.draw
          .random()
          .ints(T * B, T + 1)
          .map((n) => n - 1),
      ),
    );
    const layout = (n: number): number[] => (a.draw.flag() ? [B * n, n] : [n, T * n]);
    const x = a.draw.size(4) ? a.floats(T * B * cols) : 0;
    return [a.out(T * B * width), x, order, T, B, cols, width, ...layout(width), ...layout(cols), a.draw.size(1)];
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
    return [y, hs, cs, gates, tanhC, x, w, bias, lengths, ...l.layout(), rows, keep, a.scratch(FORWARD_SCRATCH)];
  },
  lstmStep: (a) => {
    const l = new LstmArguments(a);
    const { B, I, H, Hp, sizes } = l;
    const xh = a.image.put(a.draw.values(B * (I + Hp)));
    // h of a small layer lies behind x, at the next multiple of 8
    if (l.small) l.put(B * sizes.state + 2 * B * I);
    const work = [l.states(1), a.image.place(B * sizes.gates), a.image.place(B * sizes.tanhC)];
    return [a.out(B * H), xh, ...work, l.put(sizes.w), l.put(sizes.bias), B, I, H, a.scratch(FORWARD_SCRATCH)];
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
  lstmGeneralPack: (a) => {
    const { I, H, P, sizes } = new GeneralArguments(a);
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * (P || H), 4 * H, 4 * H].map((n) => a.floats(n));
    const biases = a.draw.flag() ? [bih, bhh] : [0, 0];
    const to = [sizes.w, sizes.bias, sizes.hr].map((n) => a.image.place(n));
    return [...to, wih, whh, ...biases, P ? a.floats(P * H) : 0, I, H, P];
  },
  lstmGeneralPackTransposed: (a) => {
    const { I, H, P, sizes } = new GeneralArguments(a);
    const to = [sizes.wihT, sizes.whhT, sizes.hrT].map((n) => a.image.place(n));
    return [...to, a.floats(4 * H * I), a.floats(4 * H * (P || H)), P ? a.floats(P * H) : 0, I, H, P];
  },
  lstmGeneralForward: (a) => {
    const l = new GeneralArguments(a);
    const { T, B, I, H, P, sizes } = l;
    const keep = a.draw.size(1);
    const steps = keep ? T + 1 : 1;
    const y = a.out(T * B * (P || H));
    const states = [l.put(steps * B * sizes.h), l.put(steps * B * sizes.c)];
    const gates = a.image.place((keep ? T : 1) * B * sizes.gates);
    const weights = [l.put(sizes.w), l.put(sizes.bias), P ? l.put(sizes.hr) : 0];
    const inputs = [a.floats(T * B * I), ...weights, l.peepholes(), l.lengths()];
    return [y, ...states, gates, ...inputs, ...l.layout(), keep, l.cell(), a.scratch(l.scratch.forward)];
  },
  lstmGeneralGates: (a) => {
    const l = new GeneralArguments(a);
    const { B, H, sizes } = l;
    return [a.out(4 * B * H), a.out(B * H), l.put(B * sizes.gates), l.put(B * sizes.c), B, H, l.cell()];
  },
  lstmGeneralBackward: (a) => {
    const l = new GeneralArguments(a);
    const { T, B, I, H, P, sizes } = l;
    const R = P || H;
    const peepholes = l.peepholes();
    const bias = a.draw.flag();
    const lengths = [4 * H * I, 4 * H * R, bias ? 4 * H : 0, bias ? 4 * H : 0, P * H, peepholes ? 3 * H : 0];
    const values = lengths.map((n) => (n ? a.floats(n) : 0));
    const wide = lengths.map((n, i) => (n ? a.behind(values[i], n) : 0));
    const gradients = a.image.putInts(Int32Array.from([...values, ...wide]));
    const [dx, dy] = [a.optional(a.out(T * B * I)), a.optional(a.floats(T * B * R))];
    const ends = [l.put(B * sizes.h), l.put(B * sizes.c)];
    const kept = [
      a.floats(T * B * I),
      l.put((T + 1) * B * sizes.h),
      l.put((T + 1) * B * sizes.c),
      l.put(T * B * sizes.gates),
    ];
    const weights = [l.put(sizes.wihT), l.put(sizes.whhT), P ? l.put(sizes.hrT) : 0, peepholes, l.lengths()];
    return [gradients, dx, ...ends, dy, ...kept, ...weights, ...l.layout(), l.cell(), a.scratch(l.scratch.backward)];
  },
};
