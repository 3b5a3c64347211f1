// The kernels of an LSTM layer, small (float64) or large, on a memory of their own: what goes in and comes out is in
// PyTorch's layouts; states and gradients of weights of small layers come as the float64 behind them.
import {
  BACKWARD_ROWS,
  type Backend,
  FORWARD_ROWS,
  FORWARD_SCRATCH,
  HEAP_BASE,
  isSmallLayer,
  type KernelName,
  lstmBackwardScratch,
  lstmSizes,
} from "../src/contract.js";
import { create, type Target } from "./backends.js";
import type { Lstm } from "./oracle.js";

type Numbers = ArrayLike<number>;

const PAGES = 64;
const round4 = (n: number): number => (n + 3) & ~3;

const backends = new Map<Target, Backend>();

/** The linear memory of a backend; arrays start at multiples of 64 bytes and hold NaN until they are written. */
class Memory {
  private readonly backend: Backend;
  private top = HEAP_BASE;

  constructor(target: Target) {
    this.backend = backends.get(target) ?? create(target, PAGES);
    backends.set(target, this.backend);
  }

  /** A place for n float32. */
  place(n: number): number {
    const at = this.top;
    this.top = ((at + 4 * n + 64 + 63) >> 6) << 6;
    new Uint32Array(this.backend.memory.buffer, at, (this.top - at) >> 2).fill(0xffabcdef);
    return at;
  }

  put(values: Numbers): number {
    const at = this.place(values.length);
    this.view(at, values.length).set(values);
    return at;
  }

  zeros(n: number): number {
    const at = this.place(n);
    this.view(at, n).fill(0);
    return at;
  }

  view(at: number, n: number): Float32Array {
    return new Float32Array(this.backend.memory.buffer, at, n);
  }

  doubles(at: number, n: number): Float64Array {
    return new Float64Array(this.backend.memory.buffer, at, n).slice();
  }

  floats(at: number, n: number): Float32Array {
    return this.view(at, n).slice();
  }

  ints(at: number, n: number): Int32Array {
    return new Int32Array(this.backend.memory.buffer, at, n);
  }

  /** n rows of `width` elements, `ld` apart, as a layer keeps them: float64 where it is small. */
  rows(at: number, n: number, width: number, ld: number, small: boolean): Float64Array {
    const { buffer } = this.backend.memory;
    const [Type, size] = small ? [Float64Array, 8] : [Float32Array, 4];
    const all = new Float64Array(n * width);
    for (let r = 0; r < n; r++) all.set(new Type(buffer, at + size * r * ld, width), r * width);
    return all;
  }

  call(kernel: KernelName, args: number[]): void {
    (this.backend.kernels[kernel] as (...args: number[]) => unknown)(...args);
  }
}

/** A state [B][H] or its gradient, and the float64 behind it: two places. */
type Pair = [number, number];

/** A layer in memory: its packed weights, and states in and out. */
class Kernels extends Memory {
  readonly p: Lstm;
  readonly small: boolean;
  readonly Hp: number;
  readonly sizes: ReturnType<typeof lstmSizes>;
  readonly w: number;
  readonly bias: number;
  readonly wihT: number;
  readonly whhT: number;
  readonly lengths: number;

  constructor(target: Target, p: Lstm) {
    super(target);
    const { B, I, H } = p;
    this.p = p;
    this.small = isSmallLayer(I, H);
    this.Hp = round4(H);
    this.sizes = lstmSizes(I, H);
    const [wih, whh] = [this.put(p.wih), this.put(p.whh)];
    const [bih, bhh] = [p.bih ? this.put(p.bih) : 0, p.bhh ? this.put(p.bhh) : 0];
    this.w = this.place(this.sizes.w);
    this.bias = this.place(this.sizes.bias);
    this.wihT = this.place(this.sizes.wihT);
    this.whhT = this.place(this.sizes.whhT);
    this.call("lstmPack", [this.w, this.bias, wih, whh, bih, bhh, I, H]);
    this.call("lstmPackTransposed", [this.wihT, this.whhT, wih, whh, I, H]);
    this.lengths = p.lengths ? this.place(B) : 0;
  }

  pair(state: Numbers): Pair {
    return [this.put(state), this.zeros(2 * state.length)];
  }

  putState(to: number, [value, wide]: Pair, ld = this.Hp): void {
    const { B, H } = this.p;
    this.call("lstmPutState", [to, value, wide, this.small ? 1 : 0, B, H, this.small ? this.Hp : ld]);
  }

  takeState([value, wide]: Pair, from: number): void {
    const { B, H } = this.p;
    this.call("lstmTakeState", [value, wide, from, this.small ? 1 : 0, B, H, this.Hp]);
  }

  /** A state that was taken, with all its bits. */
  whole([value, wide]: Pair): Float64Array {
    const n = this.p.B * this.p.H;
    return this.small ? this.doubles(wide, n) : Float64Array.from(this.view(value, n));
  }

  /** n states [B][H], as the layer keeps them. */
  states(at: number, n: number): Float64Array {
    return this.rows(at, n * this.p.B, this.p.H, this.Hp, this.small);
  }

  /** The lengths that remain at step t0. */
  setLengths(t0: number): void {
    const { lengths, B } = this.p;
    if (lengths) this.ints(this.lengths, B).set(Int32Array.from(lengths, (n) => Math.max(0, n - t0)));
  }
}

/** The gradients from outside: dy [T][B][H], dhN, dcN [B][H]. */
interface Upstream {
  dy: Numbers;
  dhN: Numbers;
  dcN: Numbers;
}

export interface Options {
  /** First steps of the pieces after the first. */
  cuts?: number[];
  rows?: number;
  chunk?: number;
}

const join = (parts: Numbers[]): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part)));

/**
 * lstmForward with keep = 1 piece by piece, then lstmBackward from the last piece to the first. Between pieces the states
 * and their gradients go out and in again, as between two calls of a user. hN, cN, dh0, dc0 and wide have all bits, wide
 * those of the gradients of weights one behind the other; the others are float32.
 */
export function train(target: Target, p: Lstm, upstream: Upstream, options: Options = {}) {
  const { cuts = [], rows = FORWARD_ROWS, chunk = BACKWARD_ROWS } = options;
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { state, gates, tanhC } = m.sizes;
  const [x, dy] = [m.put(p.x), m.put(upstream.dy)];
  const [y, dx] = [m.place(T * B * H), m.place(T * B * I)];
  const scratch = m.place(lstmBackwardScratch(T, B, I, H, chunk));
  const [h, c] = [m.pair(p.h0), m.pair(p.c0)];
  const pieces = [0, ...cuts].map((from, i) => {
    const n = (cuts[i] ?? T) - from;
    const [hs, cs] = [m.place((n + 1) * B * state), m.place((n + 1) * B * state)];
    // of a step after the end of a sequence nothing is written
    const kept = [hs, cs, m.place(n * B * gates), m.zeros(n * B * tanhC)];
    return { from, n, kept, step: { x: 4 * from * B * I, y: 4 * from * B * H } };
  });
  for (const { from, n, kept, step } of pieces) {
    const [hs, cs] = kept;
    m.setLengths(from);
    m.putState(hs, h);
    m.putState(cs, c);
    const sizes = [n, B, I, H, B * H, H, rows, 1, scratch];
    m.call("lstmForward", [y + step.y, ...kept, x + step.x, m.w, m.bias, m.lengths, ...sizes]);
    m.takeState(h, hs + 4 * n * B * state);
    m.takeState(c, cs + 4 * n * B * state);
  }
  const padded = m.small ? gates / 2 : gates;
  const last = (at: number, i: number) => m.states(at, pieces[i].n + 1).subarray(i ? B * H : 0);
  const forward = {
    y: m.floats(y, T * B * H),
    hs: join(pieces.map(({ kept }, i) => last(kept[0], i))),
    cs: join(pieces.map(({ kept }, i) => last(kept[1], i))),
    gates: join(pieces.map(({ kept, n }) => m.rows(kept[2], n * B, padded, padded, m.small))),
    tanhC: join(pieces.map(({ kept, n }) => m.states(kept[3], n))),
    hN: m.whole(h),
    cN: m.whole(c),
    hNHigh: m.floats(h[0], B * H),
    cNHigh: m.floats(c[0], B * H),
  };

  const shapes = [4 * H * I, 4 * H * H, ...(p.bih ? [4 * H, 4 * H] : [])];
  const total = shapes.reduce((sum, n) => sum + n, 0);
  const [grads, wide] = [m.zeros(total), m.zeros(2 * total)];
  const ends = shapes.map((_, i) => shapes.slice(0, i).reduce((sum, n) => sum + n, 0));
  const weights = [0, 1, 2, 3].map((i) => (i < shapes.length ? grads + 4 * ends[i] : 0));
  const wides = [0, 1, 2, 3].map((i) => (i < shapes.length ? wide + 8 * ends[i] : 0));
  const [dh, dc] = [m.pair(upstream.dhN), m.pair(upstream.dcN)];
  const [dhAt, dcAt] = [m.place(B * state), m.place(B * state)];
  for (const { from, n, kept, step } of pieces.reverse()) {
    m.setLengths(from);
    m.putState(dhAt, dh);
    m.putState(dcAt, dc);
    const inputs = [dy + step.y, x + step.x, ...kept, m.wihT, m.whhT, m.lengths];
    const sizes = [n, B, I, H, B * H, H, chunk, scratch];
    m.call("lstmBackward", [...weights, ...wides, dx + step.x, dhAt, dcAt, ...inputs, ...sizes]);
    m.takeState(dh, dhAt);
    m.takeState(dc, dcAt);
  }
  const [dwih, dwhh, dbih, dbhh] = weights.map((at, i) => m.floats(at, shapes[i] ?? 0));
  const backward = {
    dx: m.floats(dx, T * B * I),
    dh0: m.whole(dh),
    dc0: m.whole(dc),
    dh0High: m.floats(dh[0], B * H),
    dc0High: m.floats(dc[0], B * H),
    dwih,
    dwhh,
    dbih,
    dbhh,
  };
  return { ...forward, ...backward, wide: m.doubles(wide, total) };
}

/** lstmForward with keep = 0 and the rows of y batch first, which are put back in order. */
export function infer(target: Target, p: Lstm, rows = FORWARD_ROWS) {
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { state, gates, tanhC } = m.sizes;
  const [x, y, hs, cs] = [m.put(p.x), m.place(T * B * H), m.place(B * state), m.place(B * state)];
  m.setLengths(0);
  const [h, c] = [m.pair(p.h0), m.pair(p.c0)];
  m.putState(hs, h);
  m.putState(cs, c);
  const work = [m.place(Math.max(rows, B) * gates), m.place(B * tanhC)];
  const sizes = [T, B, I, H, H, T * H, rows, 0, m.place(32)];
  m.call("lstmForward", [y, hs, cs, ...work, x, m.w, m.bias, m.lengths, ...sizes]);
  m.takeState(h, hs);
  m.takeState(c, cs);
  const out = m.view(y, T * B * H);
  const timeFirst = out.map((_, i) => out[(Math.floor(i / H) % B) * T * H + Math.floor(i / (B * H)) * H + (i % H)]);
  return { y: timeFirst, hN: m.whole(h), cN: m.whole(c) };
}

/** lstmStep for each step. y [T][B][H]; hs, cs [T + 1][B][H] as the layer keeps them. */
export function stream(target: Target, p: Lstm) {
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { state, gates, tanhC } = m.sizes;
  // see lstmStep in src/contract.ts
  const xh = m.place(B * (I + state) + 1);
  const xRow = m.small ? I : I + m.Hp;
  const h = m.small ? xh + ((4 * B * I + 7) & ~7) : xh + 4 * I;
  const [c, y] = [m.place(B * state), m.place(B * H)];
  const work = [m.place(B * gates), m.place(B * tanhC)];
  const scratch = m.place(FORWARD_SCRATCH);
  m.putState(h, m.pair(p.h0), xRow);
  m.putState(c, m.pair(p.c0));
  const hNow = () => m.rows(h, B, H, m.small ? m.Hp : xRow, m.small);
  const hs: Numbers[] = [hNow()];
  const cs: Numbers[] = [m.states(c, 1)];
  const ys: Numbers[] = [];
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const row = m.view(xh + 4 * b * xRow, I);
      for (let k = 0; k < I; k++) row[k] = p.x[(t * B + b) * I + k];
    }
    m.call("lstmStep", [y, xh, c, ...work, m.w, m.bias, B, I, H, scratch]);
    ys.push(m.floats(y, B * H));
    hs.push(hNow());
    cs.push(m.states(c, 1));
  }
  return { y: join(ys), hs: join(hs), cs: join(cs) };
}
