// The limits of this machine and engine inside WebAssembly.
import type { Run } from "../harness.js";
import { type Bed, LARGEST } from "./bed.js";
import { duration, type Figure, type Group, rate, type Section } from "./figure.js";
import { PEAKS, peakRuns } from "./peak.js";

const KB = 1024;
const MB = 1024 * KB;
const WORKING_SETS = [16 * KB, 256 * KB, 4 * MB, 16 * MB, LARGEST];

export const bytesOf = (bytes: number): string => (bytes < MB ? `${bytes / KB} KB` : `${bytes / MB} MB`);

/** What a call works on: the next piece of a large working set, all of a small one several times. */
const PIECE = 256 * KB;

function peak(bed: Bed): Group {
  return {
    runs: peakRuns(bed),
    figures: (rows) =>
      Object.entries(PEAKS).map(([name, flop]) =>
        rate({ name, size: "f32x4", build: bed.build }, "GFLOP/s", flop, rows[name]),
      ),
  };
}

const WAYS = ["read", "write", "copy"] as const;

/** Walks through a working set piece by piece, a copy from its one half to the other. */
function walk({ limits }: Bed, way: (typeof WAYS)[number], at: number, bytes: number): Run {
  const size = way === "copy" ? bytes / 2 : bytes;
  const piece = Math.min(size, PIECE);
  let next = 0;
  return () => {
    for (let done = 0; done < PIECE; done += piece) {
      const p = at + next;
      if (way === "copy") limits.copy(p + size, p, piece);
      else limits[way](p, piece);
      next = (next + piece) % size;
    }
  };
}

/** One way for several working sets, which are parts of one place. */
export function bandwidth(way: (typeof WAYS)[number], sets: readonly number[]) {
  return (bed: Bed): Group => {
    const at = bed.place(Math.max(...sets));
    new Uint8Array(bed.buffer, at, Math.max(...sets)).fill(1); // pages never written to are all the same one
    return {
      runs: Object.fromEntries(sets.map((bytes) => [bytesOf(bytes), walk(bed, way, at, bytes)])),
      figures: (rows) =>
        sets.map((bytes) => rate({ name: way, size: bytesOf(bytes) }, "GB/s", PIECE, rows[bytesOf(bytes)])),
    };
  };
}

const EXPS = 2048;

function exps(bed: Bed): Group {
  const x = bed.normals(EXPS, 3);
  const y = bed.place(4 * EXPS);
  return {
    runs: { exp: () => bed.kernels.exp(y, x, EXPS) },
    figures: ({ exp }) => [rate({ name: "exp", size: `${EXPS}`, build: bed.build }, "el/ns", EXPS, exp)],
  };
}

const CALLS = 1000;

/** Of a function with a loop, which has nothing to do: V8 13 inlines one without. */
function call({ limits }: Bed): Group {
  const run = () => {
    for (let i = 0; i < CALLS; i++) limits.write(0, 0);
  };
  return {
    runs: { run },
    figures: (rows) => [duration({ name: "JS -> WebAssembly", size: "" }, "ns", rows.run, CALLS)],
  };
}

const VIEWS = 16;

function views(n: number) {
  return (bed: Bed): Group => {
    const at = bed.place(4 * n);
    const view = new Float32Array(bed.buffer, at, n);
    const array = new Float32Array(n);
    let last = view;
    const repeated = (run: Run): Run => {
      return () => {
        for (let i = 0; i < VIEWS; i++) run();
        return last;
      };
    };
    const runs = {
      "new Float32Array view": repeated(() => {
        last = new Float32Array(bed.buffer, at, n);
      }),
      "set in": repeated(() => view.set(array)),
      "set out": repeated(() => array.set(view)),
    };
    const figures: Group["figures"] = (rows): Figure[] =>
      Object.entries(rows).map(([name, row]) => duration({ name, size: `${n}` }, "ns", row, VIEWS));
    return { runs, figures };
  };
}

export const SIZES = [10, 128, 1000, 32768];

export const machine: Section[] = [
  { title: "arithmetic peak", groups: [peak] },
  { title: "bandwidth by working set", once: true, groups: WAYS.map((way) => bandwidth(way, WORKING_SETS)) },
  { title: "exp in L1", groups: [exps] },
  { title: "one call", once: true, groups: [call] },
  { title: "views and copies", once: true, groups: SIZES.map(views) },
];
