// The verdict on one output, as data/README.md states it.
import type { Bounds } from "./bounds.js";
import type { GoldenOutput } from "./manifest.js";

export interface Verdict {
  ok: boolean;
  /** The absolute error of the element that is closest to its bound, or furthest beyond it, and that bound. */
  error: number;
  bound: number;
  /** The largest absolute error over the finite elements. */
  largest: number;
  /** What is wrong, or "". */
  message: string;
}

/** Both NaN, the same infinity, or both finite. */
function sameClass(a: number, b: number): boolean {
  return Number.isFinite(a) ? Number.isFinite(b) : Object.is(a, b);
}

export function judge(got: ArrayLike<number>, { ref, f32, torch32 }: GoldenOutput, bounds: Bounds): Verdict {
  const want = ref.data;
  const verdict = { ok: false, error: 0, bound: 0, largest: 0, message: "" };
  if (got.length !== want.length) {
    return { ...verdict, message: `expected ${want.length} elements, got ${got.length}` };
  }
  let closest = -1;
  // where float32 cannot hold what leads to the truth, PyTorch's class is as good
  const other = torch32?.mismatch ? f32?.data : undefined;
  for (let i = 0; i < want.length; i++) {
    const [rounded, error, bound] = [Math.fround(want[i]), Math.abs(got[i] - want[i]), bounds.each(i)];
    // a number is as good where the truth is beyond float32 by less than the bound
    if (!Number.isFinite(got[i]) || !(Number.isFinite(rounded) || error <= bound)) {
      if (sameClass(got[i], rounded) || (other && sameClass(got[i], other[i]))) continue;
      verdict.message ||= `element ${i} expected ${rounded}, got ${got[i]}`;
      continue;
    }
    verdict.largest = Math.max(verdict.largest, error);
    if (error > bound) verdict.message ||= `element ${i} expected ${want[i]}, got ${got[i]}`;
    if (error / bound <= closest) continue;
    closest = error / bound;
    [verdict.error, verdict.bound] = [error, bound];
  }
  if (bounds.unit) verdict.message ||= judgeMean(got, want, bounds.unit);
  verdict.ok = verdict.message === "";
  return verdict;
}

/**
 * Of sums in whole blocks of 32 normal numbers 0.49 units are expected, and fewer of longer ones; a root mean square over n
 * elements deviates from that by 1 / sqrt(2 n) of it.
 */
function judgeMean(got: ArrayLike<number>, want: ArrayLike<number>, unit: (element: number) => number): string {
  const n = want.length;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((got[i] - want[i]) / unit(i)) ** 2;
  const [mean, bound] = [Math.sqrt(squares / n), 0.5 * (1 + 4 / Math.sqrt(2 * n))];
  return mean > bound ? `the errors have a root mean square of ${mean} units, more than ${bound}` : "";
}
