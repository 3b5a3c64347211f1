// Every elementary function and the activations of LSTM cells on all 2^32 float32 inputs, on both binaries, against a truth in float64.
// Usage: npm run test:exhaustive [-- --filter NAME] [--record] [--step N]
// Exit code 1: an error is larger than the bound that stands beside the function.
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { SingleBar } from "cli-progress";
import Table from "cli-table3";
import { Command } from "commander";
import { type Build, CELLS, readBounds, type WorstCase } from "../support/bounds.js";
import { buildTruth } from "./build.js";
import { record, worstCase } from "./record.js";
import { BLOCK, BUILDS, FUNCTIONS, merge, type Result } from "./sweep.js";
import type { Task } from "./worker.js";

const SLICE = 2 ** 26;

/** A thread does not inherit tsx. */
const BOOTSTRAP = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL("worker.ts", import.meta.url).href)});
});`;

const program = new Command()
  .option("--filter <name>", "functions whose name contains it, in any case", "")
  .option("--record", "write the worst cases into assembly")
  .option("--step <n>", "only every n-th bit pattern", Number, 1)
  .parse();
const { filter, record: write, step } = program.opts<{ filter: string; record?: boolean; step: number }>();

/** No lines between the rows. */
const PLAIN = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** Slices of one function; the last one of a larger step may wrap around, which changes nothing. */
function tasksOf(name: string): Task[] {
  const blocks = Math.ceil(SLICE / BLOCK / step);
  const count = Math.ceil(2 ** 32 / (blocks * BLOCK * step));
  return Array.from({ length: count }, (_, i) => ({ name, first: i * blocks * BLOCK * step, blocks, step }));
}

/** Runs the tasks on all cores. */
async function runAll(tasks: Task[], done: (task: Task, results: Record<Build, Result>) => void): Promise<void> {
  const truth = await buildTruth();
  let next = 0;
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(BOOTSTRAP, { eval: true, workerData: truth });
      let task: Task | undefined;
      const go = (): void => {
        task = tasks[next++];
        if (task) worker.postMessage(task);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on("error", reject);
      worker.on("message", (results: Record<Build, Result>) => {
        done(task!, results);
        go();
      });
      go();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, thread));
}

const names = FUNCTIONS.filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
if (names.length === 0) program.error(`no function has "${filter}" in its name; there are ${FUNCTIONS.join(", ")}`);
// Node 20 has relaxed SIMD behind a flag
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const tasks = names.flatMap(tasksOf);
const slices = tasks.length / names.length;
const inputs = slices * tasks[0].blocks * BLOCK;
const bounds = new Map([...readBounds(), ...readBounds(CELLS)]);
const HEAD = ["function", "backend", "worst ULP", "bound", "input", "got", "want", "% correct"];
const table = new Table({ head: HEAD, chars: PLAIN, style: { head: [], border: [] } });

/** A function is through. */
function finish(name: string, results: Record<Build, Result>): void {
  const worst = {} as Record<Build, WorstCase>;
  const bound = bounds.get(name)!;
  for (const build of BUILDS) {
    if (!(results[build].worst <= bound.bound[build])) process.exitCode = 1;
    worst[build] = worstCase(results[build], inputs);
    const { ulp, at, got, want, correct } = worst[build];
    table.push([name, build, ulp, bound.bound[build], at, got, want, correct]);
  }
  if (write && step === 1) record(name, bound, worst);
}

const found = new Map<string, { slices: number; results: Record<Build, Result> }>();
const bar = new SingleBar({
  format: "{bar} {percentage} %, {eta_formatted} left, {name}",
  noTTYOutput: true,
  notTTYSchedule: 20_000,
});
bar.start(tasks.length, 0, { name: names[0] });
const start = performance.now();
await runAll(tasks, ({ name }, got) => {
  const { slices: old, results } = found.get(name) ?? { slices: 0, results: undefined };
  const merged = results
    ? { strict: merge(results.strict, got.strict), relaxed: merge(results.relaxed, got.relaxed) }
    : got;
  found.set(name, { slices: old + 1, results: merged });
  if (old + 1 === slices) finish(name, merged);
  bar.increment({ name });
});
bar.stop();
console.log(table.toString());
console.log(`${names.length} functions, ${inputs} inputs each, in ${Math.round((performance.now() - start) / 1000)} s`);
