// Measures the functions of rows on both binaries and records what it finds.
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { SingleBar } from "cli-progress";
import { init } from "../../../src/index.js";
import { CASES, rowsOf } from "./cases.js";
import { type HardRow, hardRow, writeMeasured } from "./figures.js";
import { NAMES, type Results } from "./functions.js";
import { measure } from "./measure.js";

/** What a climb counts for in the bar, in numbers. */
const CLIMB = 2 ** 21;

export async function measureRows(): Promise<void> {
  // Node 20 has relaxed SIMD behind a flag
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const [strict, relaxed] = [await init({ backend: "strict" }), await init({ backend: "relaxed" })];
  const bar = new SingleBar({
    format: "{bar} {percentage} %, {eta_formatted} left, {name}",
    noTTYOutput: true,
    notTTYSchedule: 20_000,
  });
  const total = CASES.reduce((sum, { cols }) => sum + cols * rowsOf(cols), 0);
  bar.start(total + NAMES.length * CLIMB, 0, { name: "rows" });
  /** With a turn of the event loop, in which the bar is drawn. */
  const increment = async (step: number, name: string): Promise<void> => {
    bar.increment(step, { name });
    await setImmediate();
  };
  const measured = await measure(CASES, strict, relaxed, ({ cols }) =>
    increment(cols * rowsOf(cols), `${cols} columns`),
  );
  const hard = {} as Results<HardRow>;
  for (const name of NAMES) {
    hard[name] = hardRow(name, strict, relaxed);
    await increment(CLIMB, name);
  }
  bar.stop();
  writeMeasured({ ...measured, hard });
}
