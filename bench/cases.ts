// What a case of the benchmark is, and the comparison of its results before anything is timed.
import type { Softcell } from "../src/index.js";
import { type Budget, measure, type Row, type Run } from "./harness.js";

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

export interface Floor {
  variant: "strict" | "twin";
  target: number;
  measured: number;
  reached: boolean;
}

export interface Result {
  family: string;
  name: string;
  size: string;
  /** Why the results are wrong; nothing is timed then. */
  error?: string;
  variants?: Record<VariantName, Row>;
  floors: Floor[];
}

/** Checks a case, and times it if its results are right. */
export function runCase(item: Case, { strict, twin }: Library, budget: Budget): Result {
  const { family, name, size } = item;
  const variants = { strict: item.library(strict), twin: item.library(twin), plain: item.plain() };
  try {
    const error = check(item, variants);
    if (error) return { family, name, size, error, floors: [] };
    const runs = Object.fromEntries(Object.entries(variants).map(([key, variant]) => [key, variant.run]));
    const rows = measure(runs, { ...budget, baseline: "plain" });
    const byName = Object.fromEntries(rows.map((row) => [row.name, row])) as Record<VariantName, Row>;
    return { family, name, size, variants: byName, floors: floorsOf(item, byName) };
  } finally {
    for (const variant of Object.values(variants)) variant.dispose?.();
  }
}

function floorsOf({ floors = {} }: Case, rows: Record<VariantName, Row>): Floor[] {
  return (["strict", "twin"] as const).flatMap((variant) => {
    const target = floors[variant];
    const measured = rows[variant].ratio;
    return target === undefined ? [] : [{ variant, target, measured, reached: measured >= target }];
  });
}

/** What is wrong with the results, or undefined. */
export function check({ bound, calls = 1 }: Case, variants: Record<VariantName, Variant>): string | undefined {
  const results = Object.values(variants).map((variant) => {
    for (let i = 0; i < calls; i++) variant.run();
    return variant.outputs().map((output) => output.slice());
  });
  const [strict, twin, plain] = results;
  if (strict.length !== plain.length || twin.length !== plain.length) return "numbers of outputs differ";
  for (let i = 0; i < plain.length; i++) {
    const error = sameBits(strict[i], twin[i]) ?? within(strict[i], plain[i], bound);
    if (error) return plain.length > 1 ? `output ${i}: ${error}` : error;
  }
  return undefined;
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
