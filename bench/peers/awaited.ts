// Calls that are promises: each is awaited and timed by itself, which costs some 0.1 us.
import { type Budget, type Run, summary, type Timing } from "../harness.js";

const MIN_SAMPLES = 3;

/** They take turns, as in harness.ts. */
export async function measureAwaited(
  runs: Readonly<Record<string, Run>>,
  { warmup, time, rounds }: Budget,
): Promise<Record<string, Timing>> {
  const tasks = Object.entries(runs).map(([name, run]) => ({ name, run, samples: [] as number[] }));
  for (const { run } of tasks) await sample(run, warmup);
  for (let round = 0; round < rounds; round++) {
    for (const { run, samples } of tasks) samples.push(...(await sample(run, time / rounds)));
  }
  return Object.fromEntries(tasks.map(({ name, samples }) => [name, summary(samples, 1)]));
}

/** Milliseconds of single calls. */
async function sample(run: Run, milliseconds: number): Promise<number[]> {
  const samples: number[] = [];
  const end = performance.now() + milliseconds;
  for (let now = performance.now(); now < end || samples.length < MIN_SAMPLES; ) {
    await run();
    const after = performance.now();
    samples.push(after - now);
    now = after;
  }
  return samples;
}
