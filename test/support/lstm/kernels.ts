// The kernels of an LSTM layer on a memory of their own: what goes in and comes out is in PyTorch's layouts.
import {
  BACKWARD_ROWS,
  type Backend,
  FORWARD_ROWS,
  HEAP_BASE,
  type KernelName,
  lstmBackwardScratch,
  lstmForwardScratch,
  lstmSizes,
} from "../../../src/contract.js";
import { create, type Target } from "../backends.js";
import type { Lstm } from "../oracle/kernels.js";

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

  floats(at: number, n: number): Float32Array {
    return this.view(at, n).slice();
  }

  ints(at: number, n: number): Int32Array {
    return new Int32Array(this.backend.memory.buffer, at, n);
  }

  /** n rows of `width` elements, `ld` apart. */
  rows(at: number, n: number, width: number, ld: number): Float32Array {
    const all = new Float32Array(n * width);
    for (let r = 0; r < n; r++) all.set(this.view(at + 4 * r * ld, width), r * width);
    return all;
  }

  call(kernel: KernelName, args: number[]): void {
    (this.backend.kernels[kernel] as (...args: number[]) => unknown)(...args);
  }
}

/** A layer in memory: its packed weights, and states in and out. */
class Kernels extends Memory {
  readonly p: Lstm;
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
    this.Hp = round4(H);
    this.sizes = lstmSizes(I, H);
    const [wih, whh] = [this.put(p.wih), this.put(p.whh)];
    const [bih, bhh] = [p.bih ? this.put(p.bih) : 0, p.bhh ? this.put(p.bhh) : 0];
    this.w = this.place(this.sizes.w);
    this.bias = this.place(this.sizes.bias);
    this.wihT = this.place(this.sizes.wihT);
    this.whhT = this.place(this.sizes.whhT);
    this.call("lstmPack", [this.w, this.bias, wih, whh, bih, bhh, I, H, H]);
    this.call("lstmPackTransposed", [this.wihT, this.whhT, wih, whh, I, H, H]);
    this.lengths = p.lengths ? this.place(B) : 0;
  }

  /** A state [B][H], padded as the kernels keep it. */
  putState(to: number, state: Numbers): void {
    const { B, H } = this.p;
    const rows = this.view(to, B * this.Hp).fill(0);
    for (let i = 0; i < B * H; i++) rows[Math.floor(i / H) * this.Hp + (i % H)] = state[i];
  }

  /** n states [B][H]. */
  states(at: number, n: number): Float32Array {
    return this.rows(at, n * this.p.B, this.p.H, this.Hp);
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

const join = (parts: Float32Array[]): Float32Array => {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/**
 * lstmForward with keep = 1 piece by piece, then lstmBackward from the last piece to the first. Between pieces the states
 * and their gradients go out and in again, as between two calls of a user.
 */
export function train(target: Target, p: Lstm, upstream: Upstream, options: Options = {}) {
  const { cuts = [], rows = FORWARD_ROWS, chunk = BACKWARD_ROWS } = options;
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { c: state, gates, tanhC } = m.sizes;
  const [x, dy] = [m.put(p.x), m.put(upstream.dy)];
  const [y, dx] = [m.place(T * B * H), m.place(T * B * I)];
  const scratch = m.place(lstmBackwardScratch(T, B, I, H, 0, chunk));
  const pieces = [0, ...cuts].map((from, i) => {
    const n = (cuts[i] ?? T) - from;
    const [hs, cs] = [m.place((n + 1) * B * state), m.place((n + 1) * B * state)];
    // of a step after the end of a sequence nothing is written
    const kept = [hs, cs, m.place(n * B * gates), m.zeros(n * B * tanhC)];
    return { from, n, kept, step: { x: 4 * from * B * I, y: 4 * from * B * H } };
  });
  let [hN, cN]: Float32Array[] = [Float32Array.from(p.h0), Float32Array.from(p.c0)];
  for (const { from, n, kept, step } of pieces) {
    const [hs, cs] = kept;
    m.setLengths(from);
    m.putState(hs, hN);
    m.putState(cs, cN);
    const sizes = [n, B, I, H, B * H, H, rows, 1, scratch];
    m.call("lstmForward", [y + step.y, ...kept, x + step.x, m.w, m.bias, 0, m.lengths, ...sizes]);
    [hN, cN] = [hs, cs].map((at) => m.states(at + 4 * n * B * state, 1));
  }
  const last = (at: number, i: number) => m.states(at, pieces[i].n + 1).subarray(i ? B * H : 0);
  const forward = {
    y: m.floats(y, T * B * H),
    hs: join(pieces.map(({ kept }, i) => last(kept[0], i))),
    cs: join(pieces.map(({ kept }, i) => last(kept[1], i))),
    gates: join(pieces.map(({ kept, n }) => m.floats(kept[2], n * B * gates))),
    tanhC: join(pieces.map(({ kept, n }) => m.states(kept[3], n))),
    hN,
    cN,
  };

  const shapes = [4 * H * I, 4 * H * H, ...(p.bih ? [4 * H, 4 * H] : [])];
  const weights = [0, 1, 2, 3].map((i) => (i < shapes.length ? m.zeros(shapes[i]) : 0));
  let [dh0, dc0]: Float32Array[] = [Float32Array.from(upstream.dhN), Float32Array.from(upstream.dcN)];
  const [dhAt, dcAt] = [m.place(B * state), m.place(B * state)];
  for (const { from, n, kept, step } of pieces.reverse()) {
    m.setLengths(from);
    m.putState(dhAt, dh0);
    m.putState(dcAt, dc0);
    const inputs = [dy + step.y, x + step.x, ...kept, m.wihT, m.whhT, 0, m.lengths];
    const sizes = [n, B, I, H, B * H, H, chunk, scratch];
    m.call("lstmBackward", [...weights, dx + step.x, dhAt, dcAt, ...inputs, ...sizes]);
    [dh0, dc0] = [dhAt, dcAt].map((at) => m.states(at, 1));
  }
  const [dwih, dwhh, dbih, dbhh] = weights.map((at, i) => m.floats(at, shapes[i] ?? 0));
  return { ...forward, dx: m.floats(dx, T * B * I), dh0, dc0, dwih, dwhh, dbih, dbhh };
}

/** lstmForward with keep = 0 and the rows of y batch first, which are put back in order. */
export function infer(target: Target, p: Lstm, rows = FORWARD_ROWS) {
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { c: state, gates, tanhC } = m.sizes;
  const [x, y, hs, cs] = [m.put(p.x), m.place(T * B * H), m.place(B * state), m.place(B * state)];
  m.setLengths(0);
  m.putState(hs, p.h0);
  m.putState(cs, p.c0);
  const work = [m.place(Math.max(rows, B) * gates), m.place(B * tanhC)];
  const sizes = [T, B, I, H, H, T * H, rows, 0, m.place(lstmForwardScratch(B, H))];
  m.call("lstmForward", [y, hs, cs, ...work, x, m.w, m.bias, 0, m.lengths, ...sizes]);
  const out = m.view(y, T * B * H);
  const timeFirst = out.map((_, i) => out[(Math.floor(i / H) % B) * T * H + Math.floor(i / (B * H)) * H + (i % H)]);
  return { y: timeFirst, hN: m.states(hs, 1), cN: m.states(cs, 1) };
}

/** lstmForward for each step, in place. y [T][B][H]; hs, cs [T + 1][B][H]. */
export function stream(target: Target, p: Lstm) {
  const { T, B, I, H } = p;
  const m = new Kernels(target, p);
  const { c: state, gates, tanhC } = m.sizes;
  const [x, h, c, y] = [m.put(p.x), m.place(B * state), m.place(B * state), m.place(B * H)];
  const work = [m.place(B * gates), m.place(B * tanhC)];
  const scratch = m.place(lstmForwardScratch(B, H));
  m.putState(h, p.h0);
  m.putState(c, p.c0);
  const [hs, cs, ys] = [[m.states(h, 1)], [m.states(c, 1)], [] as Float32Array[]];
  for (let t = 0; t < T; t++) {
    const inputs = [x + 4 * t * B * I, m.w, m.bias, 0, 0];
    m.call("lstmForward", [y, h, c, ...work, ...inputs, 1, B, I, H, 0, H, B, 0, scratch]);
    ys.push(m.floats(y, B * H));
    hs.push(m.states(h, 1));
    cs.push(m.states(c, 1));
  }
  return { y: join(ys), hs: join(hs), cs: join(cs) };
}
