// Times functions against each other with the coarse timers of browsers: 5 us to 1 ms, by isolation and engine.
import type { Run } from "../../bench/harness.js";

/** Nanoseconds a call. */
export interface Timing {
  median: number;
  p25: number;
  p75: number;
  samples: number;
}

/** Milliseconds of each function. */
const WARM_UP = 150;
const TIME = 300;
const ROUNDS = 5;
/** A sample is at least as long, in milliseconds and in steps of the timer, so that a step is at most 1 % of it. */
const SAMPLE = 1;
const STEPS = 100;
const MIN_SAMPLES = 5;

/** The functions take turns, so that a drift of the clock rate hits all alike. */
export function measure(
  runs: Readonly<Record<string, Run>>,
  progress: (share: number) => void,
): Record<string, Timing> {
  const least = Math.max(SAMPLE, STEPS * timerStep());
  const entries = Object.entries(runs);
  const tasks = entries.map(([name, run], i) => {
    warmUp(run);
    const calls = callsIn(run, least);
    progress((0.5 * (i + 1)) / entries.length);
    return { name, run, calls, samples: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, calls, samples } of tasks) {
      const end = performance.now() + TIME / ROUNDS;
      const enough = samples.length + MIN_SAMPLES / ROUNDS;
      while (samples.length < enough || performance.now() < end) samples.push((1e6 * time(run, calls)) / calls);
    }
    progress(0.5 + (0.5 * (round + 1)) / ROUNDS);
  }
  return Object.fromEntries(tasks.map(({ name, samples }) => [name, summary(samples)]));
}

/** Milliseconds from one value of performance.now() to the next. */
export function timerStep(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}

function warmUp(run: Run): void {
  const end = performance.now() + WARM_UP;
  do run();
  while (performance.now() < end);
}

function callsIn(run: Run, least: number): number {
  let calls = 1;
  while (time(run, calls) < least) calls *= 2;
  return calls;
}

/** Milliseconds. */
function time(run: Run, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) run();
  return performance.now() - start;
}

function summary(samples: number[]): Timing {
  samples.sort((a, b) => a - b);
  const [p25, median, p75] = [0.25, 0.5, 0.75].map((q) => samples[Math.round(q * (samples.length - 1))]);
  return { median, p25, p75, samples: samples.length };
}
