// Cases of `npm run bench`: results are checked first, then each variant is timed.
import { init, type Softcell } from "softcell";
import { type Case, sameBits, type Variant, within } from "../../bench/cases.js";
import { CASES } from "../../bench/families/index.js";
import type { Measurement } from "../../bench/schema.js";
import { type News, VARIANTS, type VariantName } from "./benchmark-messages.js";
import { measure, type Timing, timerStep } from "./measure.js";
import { messageOf } from "./page.js";

const SHOWN: readonly (readonly [name: string, size: string])[] = [
  ["softmax", "32x1000"],
  ["cross-entropy + gradient", "32x1000"],
  ["streaming step", "I128 H128"],
  ["forward", "T100 B1 I128 H128"],
  ["LSTM training step", "T25 B1 I65 H100 V65"],
];

type Some<T> = Partial<Record<VariantName, T>>;

const tell = (news: News) => postMessage(news);

try {
  await run();
} catch (error) {
  tell({ type: "error", message: messageOf(error) });
}

async function run(): Promise<void> {
  const library = await backends();
  SHOWN.forEach(([name, size], i) => {
    const item = CASES.find((c) => c.name === name && c.size === size);
    if (!item) throw new Error(`the benchmark has no case ${name} ${size}`);
    const title = `${item.family === "lstm" ? "LSTM " : ""}${name} ${size}`;
    tell({ type: "case", title, done: i, of: SHOWN.length });
    measureCase(item, title, library);
  });
  tell({ type: "done", timerStep: timerStep() });
}

/** Those that run here. */
async function backends(): Promise<Some<Softcell>> {
  const library: Some<Softcell> = {};
  for (const [variant, backend] of Object.entries({ strict: "strict", relaxed: "relaxed", twin: "js" } as const)) {
    try {
      library[variant as VariantName] = await init({ backend });
    } catch (error) {
      tell({ type: "note", text: `${variant}: ${messageOf(error)}` });
    }
  }
  return library;
}

function measureCase(item: Case, title: string, library: Some<Softcell>): void {
  const made = Object.entries(library).map(([name, sc]) => [name, item.library(sc)] as const);
  const variants: Some<Variant> = { ...Object.fromEntries(made), plain: item.plain() };
  try {
    const error = wrong(item, variants);
    if (error) {
      tell({ type: "note", text: `WRONG: ${title}: ${error}` });
      return;
    }
    const runs = Object.fromEntries(Object.entries(variants).map(([name, { run }]) => [name, run]));
    const timings = measure(runs, (share) => tell({ type: "progress", share }));
    tell({ type: "measured", title, measurements: measurements(item, timings) });
  } finally {
    for (const variant of Object.values(variants)) variant.dispose?.();
  }
}

/** What is wrong with the results, or undefined. */
function wrong({ bound, calls = 1 }: Case, variants: Some<Variant>): string | undefined {
  const results: Some<Float32Array[]> = {};
  for (const [name, variant] of Object.entries(variants)) {
    for (let i = 0; i < calls; i++) variant.run();
    results[name as VariantName] = variant.outputs().map((output) => output.slice());
  }
  const { plain = [], twin = [], ...wasm } = results;
  for (const [name, outputs] of Object.entries({ ...wasm, twin })) {
    for (let i = 0; i < plain.length; i++) {
      const bits = name === "strict" ? sameBits(outputs[i], twin[i]) : undefined;
      const error = bits ?? within(outputs[i], plain[i], bound);
      if (error) return `${name}, output ${i}: ${error}`;
    }
  }
  return undefined;
}

function measurements({ family: section, name, size }: Case, timings: Record<string, Timing>): Measurement[] {
  const baseline = { name: "plain", median: timings.plain.median };
  const there = VARIANTS.filter((variant) => timings[variant]);
  return there.map((variant) => {
    const { median, p25, p75, samples } = timings[variant];
    const ratio = baseline.median / median;
    return { section, name, size, variant, unit: "ns", median, p25, p75, samples, baseline, ratio };
  });
}
