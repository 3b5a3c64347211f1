// A drawn call of every kernel of an LSTM layer.
import {
  ACTIVATIONS,
  BACKWARD_ROWS,
  FORWARD_ROWS,
  type LstmKernels,
  lstmBackwardScratch,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  type OptionPointers,
  putOptions,
  type RecurrentKernels,
} from "../../../src/contract.js";
import type { Arguments, Call } from "./arguments.js";

/** The arrays of an LSTM layer, as it keeps them. */
class LstmArguments {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
  /** 0 without a projection. */
  readonly P: number;
  /** The width of h. */
  readonly R: number;
  readonly sizes: ReturnType<typeof lstmSizes>;
  /** Whether the cell is other than PyTorch's. */
  private readonly general: boolean;
  private readonly a: Arguments;

  constructor(a: Arguments) {
    const { draw } = a;
    this.a = a;
    this.T = draw.size(6, 1);
    this.B = draw.size(5);
    this.general = draw.flag();
    const [inputs, units] = draw.pick([
      [20, 20],
      [70, 40],
    ]);
    this.I = draw.size(inputs, 1);
    this.H = draw.size(this.general ? 20 : units, 1);
    this.P = this.general && draw.flag() ? draw.size(this.H - 1) : 0;
    this.R = this.P || this.H;
    this.sizes = lstmSizes(this.I, this.H, this.P);
  }

  /** n elements; of each `ld` the first `width` are any, the others 0. */
  put(n: number, width = 1, ld = 1): number {
    return this.a.image.put(this.a.draw.values(n).map((v, i) => (i % ld < width ? v : 0)));
  }

  hStates(steps: number): number {
    return this.put(steps * this.B * this.sizes.h, this.R, this.sizes.h);
  }

  cStates(steps: number): number {
    return this.put(steps * this.B * this.sizes.c, this.H, this.sizes.c);
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

  /** What the kernels are told of a cell with options, or 0. */
  options(pointers: () => OptionPointers): number {
    const { draw, image } = this.a;
    if (!this.general) return 0;
    const codes = Object.keys(ACTIVATIONS).length;
    const activation = () => ({ code: draw.size(codes - 1), alpha: draw.number(), beta: draw.number() });
    const cell = { coupled: draw.flag(), clip: draw.pick([Number.POSITIVE_INFINITY, 0.5]) };
    const activations = [activation(), activation(), activation()] as const;
    const all = pointers();
    if (draw.flag()) all.peepholes = this.put(3 * this.sizes.c, this.H, this.sizes.c);
    const at = image.place(OPTIONS_SIZE);
    const [f32, i32] = [new Float32Array(image.buffer), new Int32Array(image.buffer)];
    putOptions(f32, i32, at, this.P, { ...cell, activations }, all);
    return at;
  }

  /** T, B, I, H, and how the rows of y or dy lie, time first or batch first. */
  layout(): number[] {
    const { T, B, I, H, R } = this;
    return [T, B, I, H, ...(this.a.draw.flag() ? [B * R, R] : [R, T * R])];
  }
}

export const LSTM_CALLS: Record<keyof LstmKernels | keyof RecurrentKernels, Call> = {
  lstmPack: (a) => {
    const { I, H, R, sizes } = new LstmArguments(a);
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * R, 4 * H, 4 * H].map((n) => a.floats(n));
    const biases = a.draw.flag() ? [bih, bhh] : [0, 0];
    return [a.image.place(sizes.w), a.image.place(sizes.bias), wih, whh, ...biases, I, H, R];
  },
  lstmPackTransposed: (a) => {
    const { I, H, R, sizes } = new LstmArguments(a);
    return [a.image.place(sizes.wihT), a.image.place(sizes.whhT), a.floats(4 * H * I), a.floats(4 * H * R), I, H, R];
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
    const { T, B, H, P, R, sizes } = l;
    const { x, lengths } = l.input();
    const [w, bias] = [l.put(sizes.w), l.put(sizes.bias)];
    const [rows, keep] = [a.draw.pick([FORWARD_ROWS, 1, 3, 16]), a.draw.size(1)];
    const steps = keep ? T + 1 : 1;
    const [hs, cs] = [l.hStates(steps), l.cStates(steps)];
    const gates = a.image.place((keep ? T * B : Math.max(rows, B)) * sizes.gates);
    const tanhC = a.image.place((keep ? T : 1) * B * sizes.tanhC);
    const options = l.options(() => ({
      hr: l.put(sizes.hr),
      slopes: keep ? a.image.place(T * B * sizes.slopes) : 0,
    }));
    const inputs = [x, w, bias, options, lengths, ...l.layout()];
    return [a.out(T * B * R), hs, cs, gates, tanhC, ...inputs, rows, keep, a.scratch(lstmForwardScratch(B, H, P))];
  },
  lstmBackward: (a) => {
    const l = new LstmArguments(a);
    const { T, B, I, H, P, R, sizes } = l;
    const { x, lengths } = l.input();
    const biases = a.draw.flag() ? [a.floats(4 * H), a.floats(4 * H)] : [0, 0];
    const grads = [a.floats(4 * H * I), a.floats(4 * H * R), ...biases];
    const [dx, dy] = [a.optional(a.out(T * B * I)), a.optional(a.floats(T * B * R))];
    const states = [l.hStates(1), l.cStates(1), dy, x, l.hStates(T + 1), l.cStates(T + 1)];
    const kept = [l.put(T * B * sizes.gates), l.put(T * B * sizes.tanhC), l.put(sizes.wihT), l.put(sizes.whhT)];
    const options = l.options(() => ({
      hrT: l.put(sizes.hrT),
      slopes: l.put(T * B * sizes.slopes),
      dwhr: a.floats(P * H),
      dwch: a.floats(3 * H),
    }));
    const chunk = a.draw.pick([BACKWARD_ROWS, 1, 3, 16]);
    const scratch = a.scratch(lstmBackwardScratch(T, B, I, H, P, chunk));
    return [...grads, dx, ...states, ...kept, options, lengths, ...l.layout(), chunk, scratch];
  },
};
