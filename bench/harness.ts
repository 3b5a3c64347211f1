// Times variants of one computation against each other. Usable for any functions:
//
//     const rows = measure({ strict: () => ..., plain: () => ... }, { baseline: "plain", ...QUICK });
import { Bench } from "tinybench";

/** Milliseconds a variant. */
export interface Budget {
  /** Long enough for V8 to reach its last tier: WebAssembly takes 35 to 270 calls. */
  warmup: number;
  time: number;
  /** The variants take turns this often, so that a drift of the clock rate hits all alike. */
  rounds: number;
}

export const FULL: Budget = { warmup: 250, time: 500, rounds: 6 };
export const QUICK: Budget = { warmup: 100, time: 200, rounds: 4 };

/** Nanoseconds a call. */
export interface Timing {
  median: number;
  p25: number;
  p75: number;
  samples: number;
  callsPerSample: number;
}

export interface Row extends Timing {
  name: string;
  /** How many times as fast as the baseline. */
  ratio: number;
}

export type Run = () => unknown;

const WARMUP_CALLS = 300;
/** Warming up a slow function ends here: its loops are optimised within the first calls. */
const WARMUP_LIMIT_MS = 1000;
const WARMUP_MIN_CALLS = 3;
/** A sample is at least as long: some thousand times the resolution of the timer. */
export const SAMPLE_MS = 0.05;
/** In a round, of a function that is slower than the round is long. */
const MIN_SAMPLES = 2;

/** One row for each variant, in their order. Throws what a variant throws. */
export function measure(
  variants: Readonly<Record<string, Run>>,
  options: Partial<Budget> & { baseline: string },
): Row[] {
  if (!Object.hasOwn(variants, options.baseline)) {
    throw new RangeError(`"baseline" expected one of ${Object.keys(variants)}, got ${options.baseline}`);
  }
  const timings = time(variants, { ...FULL, ...options });
  const base = timings[options.baseline].median;
  return Object.entries(timings).map(([name, timing]) => ({ name, ...timing, ratio: base / timing.median }));
}

function time(variants: Readonly<Record<string, Run>>, budget: Budget): Record<string, Timing> {
  const tasks = Object.entries(variants).map(([name, run]) => {
    warmUp(run, budget.warmup);
    const calls = callsPerSample(run);
    return { name, calls, batch: batchOf(run, calls), samples: [] as number[] };
  });
  for (let round = 0; round < budget.rounds; round++) {
    const slice = { time: budget.time / budget.rounds, iterations: MIN_SAMPLES, warmup: false };
    const bench = new Bench({ ...slice, retainSamples: true, throws: true });
    // each variant leads in turn: what the one before leaves in the caches must not always meet the same one
    const first = round % tasks.length;
    for (const { name, batch } of [...tasks.slice(first), ...tasks.slice(0, first)]) {
      bench.add(name, batch, { async: false });
    }
    bench.runSync();
    for (const { name, samples } of tasks) for (const sample of samplesOf(bench, name)) samples.push(sample);
  }
  return Object.fromEntries(tasks.map(({ name, calls, samples }) => [name, summary(samples, calls)]));
}

function warmUp(run: Run, milliseconds: number): void {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (calls < WARMUP_MIN_CALLS || elapsed < milliseconds || (calls < WARMUP_CALLS && elapsed < WARMUP_LIMIT_MS)) {
    run();
    calls++;
    elapsed = performance.now() - start;
  }
}

function callsPerSample(run: Run): number {
  let calls = 1;
  while (fastest(batchOf(run, calls)) < SAMPLE_MS) calls *= 2;
  return calls;
}

/** Milliseconds: the best of three calls, and of all within one: an interruption must not be taken for the time. */
function fastest(run: Run): number {
  const end = performance.now() + 1;
  let best = Number.POSITIVE_INFINITY;
  for (let calls = 0, now = 0; calls < 3 || now < end; calls++) {
    const start = performance.now();
    run();
    now = performance.now();
    best = Math.min(best, now - start);
  }
  return best;
}

function batchOf(run: Run, calls: number): () => void {
  return () => {
    for (let i = 0; i < calls; i++) run();
  };
}

function samplesOf(bench: Bench, name: string): readonly number[] {
  const result = bench.getTask(name)?.result;
  if (result?.state !== "completed") throw new Error(`${name} was not measured: ${result?.state}`);
  return result.latency.samples ?? [];
}

export function summary(samples: number[], calls: number): Timing {
  samples.sort((a, b) => a - b);
  const [p25, median, p75] = [0.25, 0.5, 0.75].map((q) => (quantile(samples, q) * 1e6) / calls);
  return { median, p25, p75, samples: samples.length, callsPerSample: calls };
}

/** Of sorted values, linear between neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
