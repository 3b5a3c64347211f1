// The verdict on one output, as data/README.md states it.
import type { GoldenOutput } from "./manifest.js";

export interface Verdict {
  ok: boolean;
  /** The largest absolute error over the finite elements, and what it may be. */
  error: number;
  bound: number;
  /** What is wrong, or "". */
  message: string;
}

const EPSILON = 2 ** -24;
const SMALLEST = 1.2e-38;

/** Both NaN, the same infinity, or both finite. */
function sameClass(a: number, b: number): boolean {
  return Number.isFinite(a) ? Number.isFinite(b) : Object.is(a, b);
}

export function judge(
  got: ArrayLike<number>,
  { ref, f32, torch32 }: GoldenOutput,
  kept?: (element: number) => number | undefined,
): Verdict {
  const want = Float64Array.from(ref.data, (v, i) => (Number.isNaN(v) ? (kept?.(i) ?? v) : v));
  const verdict = { ok: false, error: 0, bound: 0, message: "" };
  if (got.length !== want.length) {
    return { ...verdict, message: `expected ${want.length} elements, got ${got.length}` };
  }
  // where float32 cannot hold what leads to the truth, PyTorch's class is as good
  const other = torch32?.mismatch ? f32?.data : undefined;
  let [largest, worst] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const rounded = Math.fround(want[i]);
    if (!sameClass(got[i], rounded) && !(other && sameClass(got[i], other[i]))) {
      verdict.message ||= `element ${i} expected ${rounded}, got ${got[i]}`;
    }
    if (!Number.isFinite(rounded)) continue;
    largest = Math.max(largest, Math.abs(want[i]));
    const error = Number.isFinite(got[i]) ? Math.abs(got[i] - want[i]) : 0;
    if (error > verdict.error) [verdict.error, worst] = [error, i];
  }
  verdict.bound = Math.max(2 * (torch32?.abs ?? 0), 4 * EPSILON * largest, SMALLEST);
  if (verdict.error > verdict.bound) {
    verdict.message ||= `element ${worst} expected ${want[worst]}, got ${got[worst]}`;
  }
  verdict.ok = verdict.message === "";
  return verdict;
}
