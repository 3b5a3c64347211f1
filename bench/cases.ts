// What a case of the benchmark is, and the comparison of its results before anything is timed.
import type { Softcell } from "../src/index.js";
import { type Budget, measure, type Run } from "./harness.js";
import { against, type Measurement, nanoseconds, targeted } from "./schema.js";

/** strict: WebAssembly. twin: the JavaScript fallback with its bits. plain: JavaScript as a user would write it. */
export type VariantName = "strict" | "twin" | "plain";

export type Library = Readonly<Record<"strict" | "twin", Softcell>>;

export interface Variant {
  run: Run;
  /** The results of the calls so far. */
  outputs(): readonly Float32Array[];
  dispose?(): void;
}

export interface Case {
  family: string;
  name: string;
  size: string;
  /** How many times as fast as plain each variant should be. */
  floors?: Readonly<Partial<Record<"strict" | "twin", number>>>;
  /**
   * What the library may differ from plain: |a - b| <= relative |b| + absolute max |b|, the maximum over one output.
   * Both round to float32, the library in sums too.
   */
  bound: { relative: number; absolute: number };
  /** How many calls are compared; default 1. More where a state is carried on. */
  calls?: number;
  /** The same computation on the same inputs. */
  library(sc: Softcell): Variant;
  plain(): Variant;
}

/** Checks a case, then times it: strict, twin, plain. Throws where the results are wrong. */
export function runCase(item: Case, { strict, twin }: Library, budget: Budget): Measurement[] {
  const { family: section, name, size, floors = {} } = item;
  const variants = { strict: item.library(strict), twin: item.library(twin), plain: item.plain() };
  try {
    check(item, variants);
    const runs = Object.fromEntries(Object.entries(variants).map(([key, variant]) => [key, variant.run]));
    const rows = measure(runs, { ...budget, baseline: "plain" });
    const plain = rows[rows.length - 1];
    return rows.map((row) => {
      const item = { section, name, size, variant: row.name, ...nanoseconds(row) };
      if (row === plain) return item;
      return targeted(against(item, plain.median, "plain"), "ratio", floors[row.name as keyof typeof floors]);
    });
  } finally {
    for (const variant of Object.values(variants)) variant.dispose?.();
  }
}

/** Throws what is wrong with the results. */
export function check({ bound, calls = 1 }: Case, variants: Record<VariantName, Variant>): void {
  const results = Object.values(variants).map((variant) => {
    for (let i = 0; i < calls; i++) variant.run();
    return variant.outputs().map((output) => output.slice());
  });
  const [strict, twin, plain] = results;
  if (strict.length !== plain.length || twin.length !== plain.length) throw new Error("numbers of outputs differ");
  for (let i = 0; i < plain.length; i++) {
    const error = sameBits(strict[i], twin[i]) ?? within(strict[i], plain[i], bound);
    if (error) throw new Error(plain.length > 1 ? `output ${i}: ${error}` : error);
  }
}

export function sameBits(strict: Float32Array, twin: Float32Array): string | undefined {
  if (strict.length !== twin.length) return `strict has ${strict.length} elements, twin ${twin.length}`;
  const [a, b] = [new Uint32Array(strict.buffer), new Uint32Array(twin.buffer)];
  const at = a.findIndex((bits, i) => bits !== b[i]);
  return at < 0 ? undefined : `strict and twin differ at ${at}: ${strict[at]}, ${twin[at]}`;
}

export function within(
  got: Float32Array,
  want: Float32Array,
  { relative, absolute }: Case["bound"],
): string | undefined {
  if (got.length !== want.length) return `strict has ${got.length} elements, plain ${want.length}`;
  const scale = want.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  // a NaN is never within the bound
  const at = want.findIndex((b, i) => !(Math.abs(got[i] - b) <= relative * Math.abs(b) + absolute * scale));
  return at < 0 ? undefined : `strict and plain differ at ${at}: ${got[at]}, ${want[at]}`;
}
