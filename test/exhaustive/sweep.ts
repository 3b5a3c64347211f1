// One elementary function over a range of float32 bit patterns: both binaries and the truth on one memory, block by block.
import { binary } from "../support/backends.js";
import type { Build } from "../support/bounds.js";
import { CELL, type CellName, cellArguments, cellSize } from "../support/lstm/activation.js";
import { ELEMENTARY, type Elementary, type ElementaryName } from "../support/oracle/math.js";

export const BUILDS: Build[] = ["strict", "relaxed"];

/** The functions and their gradients at dy = 1, and the activations of LSTM cells. */
export const FUNCTIONS = [
  ...(Object.keys(ELEMENTARY) as ElementaryName[]).flatMap((name) => [name, `${name}Backward`]),
  ...Object.keys(CELL),
];

export interface Result {
  /** In ULP; Infinity for a result of another class. */
  worst: number;
  /** The bits of the input. */
  at: number;
  got: number;
  want: number;
  /** How many results are correctly rounded. */
  correct: number;
}

const N = 8192;
const RESULT = 4096;
const X = 65536;
const WANT = X + 4 * N;
const GOT = WANT + 8 * N;
const ONES = GOT + 4 * N;
const REST = ONES + 4 * N;

type Exports = Record<string, (...args: number[]) => void>;

export class Sweep {
  readonly memory = new WebAssembly.Memory({ initial: (REST + 4 * cellSize(N) + 65535) >> 16 });
  readonly truth: Exports;
  private readonly builds: Record<Build, Exports>;

  constructor(truth: WebAssembly.Module) {
    const instance = (module: WebAssembly.Module) =>
      new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as Exports;
    this.builds = { strict: instance(new WebAssembly.Module(binary("strict"))), relaxed: {} };
    const constants = Buffer.from(this.memory.buffer.slice(0, RESULT));
    this.builds.relaxed = instance(new WebAssembly.Module(binary("relaxed")));
    this.truth = instance(truth);
    if (Buffer.compare(constants, new Uint8Array(this.memory.buffer, 0, RESULT)) !== 0) {
      throw new Error("the binaries have different constants and cannot share a memory");
    }
    new Float32Array(this.memory.buffer, ONES, N).fill(1);
  }

  /** `blocks` blocks of N bit patterns, `step` apart. */
  run(name: string, first: number, blocks: number, step: number): Record<Build, Result> {
    const { truth, builds } = this;
    const { kernel, args } = this.call(name);
    new Float64Array(this.memory.buffer, RESULT, 8).fill(0);
    for (let b = 0; b < blocks; b++) {
      truth.fill(X, (first + b * N * step) | 0, step, N);
      truth[name](WANT, X, N);
      for (const [i, build] of BUILDS.entries()) {
        builds[build][kernel](...args);
        truth.compare(RESULT + 32 * i, GOT, WANT, X, N);
      }
    }
    return { strict: resultAt(this.memory, RESULT), relaxed: resultAt(this.memory, RESULT + 32) };
  }

  private call(name: string): { kernel: string; args: number[] } {
    const activation = CELL[name as CellName];
    if (activation) {
      const { args } = cellArguments(this.memory.buffer, REST, GOT, X, N, activation);
      return { kernel: "lstmForward", args };
    }
    const { parameters }: Elementary = ELEMENTARY[name.replace("Backward", "") as ElementaryName];
    return { kernel: name, args: [GOT, ...(name.endsWith("Backward") ? [ONES] : []), X, N, ...parameters[0]] };
  }
}

/** What compare() of truth/compare.ts has left. */
export function resultAt(memory: WebAssembly.Memory, at: number): Result {
  const view = new DataView(memory.buffer, at, 32);
  return {
    worst: view.getFloat64(0, true),
    at: view.getUint32(8, true),
    got: view.getFloat32(12, true),
    want: view.getFloat64(16, true),
    correct: view.getFloat64(24, true),
  };
}

/** Of two ranges; of equal errors the one of the lower bits. */
export function merge(a: Result, b: Result): Result {
  const first = a.worst > b.worst || (a.worst === b.worst && a.at <= b.at) ? a : b;
  return { ...first, correct: a.correct + b.correct };
}

export const BLOCK = N;
