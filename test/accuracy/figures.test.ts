// The figures of the functions of rows in docs/accuracy.md: within their bounds, and what the kernels return again on the
// blocks and rows that have them.
import { expect, test } from "vitest";
import { CASES, draw, KINDS } from "../../scripts/accuracy/rows/cases.js";
import { errorOnRow, readMeasured } from "../../scripts/accuracy/rows/figures.js";
import { FUNCTIONS, NAMES, type Name, resultsOf, type Solved, solve } from "../../scripts/accuracy/rows/functions.js";
import { errorsOn, measure, type Way } from "../../scripts/accuracy/rows/measure.js";
import { usualResults } from "../../scripts/accuracy/rows/usual.js";
import { describeEach } from "../support/backends.js";
import { ROWS, readBounds } from "../support/bounds.js";
import { open } from "../support/instance.js";

const BOUNDS = readBounds(ROWS);
const { figures, sizes, hard } = readMeasured();

const blocks = new Map<string, Solved>();

/** The block that a figure was found on. */
function blockOf(name: Name, kind: (typeof KINDS)[number], way: Way): Solved {
  const { ulp: _, ...where } = figures[name][kind][way];
  const key = JSON.stringify({ kind, ...where });
  const block = blocks.get(key) ?? solve(draw({ kind, ...where }));
  blocks.set(key, block);
  return block;
}

test("every function has a bound and figures, and no other has", () => {
  expect([...BOUNDS.keys()].sort()).toEqual([...new Set(Object.values(FUNCTIONS))].sort());
  expect(Object.keys(figures).sort()).toEqual([...NAMES].sort());
  expect(Object.keys(hard).sort()).toEqual([...NAMES].sort());
});

describeEach(["strict", "relaxed", "js"], (target) => {
  const sc = open(target);
  const way = target === "relaxed" ? "relaxed" : "strict";

  test.each(NAMES)("%s", (name) => {
    const bounds = BOUNDS.get(FUNCTIONS[name])!;
    const found = KINDS.map((kind) => {
      const block = blockOf(name, kind, way);
      const got = errorsOn(block, resultsOf(sc, block))[name];
      return { recorded: figures[name][kind][way].ulp, got, bound: bounds.bound[way] };
    });
    for (const { recorded, got, bound } of [
      ...found,
      { recorded: hard[name].ulp[way], got: errorOnRow(name, hard[name], sc), bound: bounds.hard },
    ]) {
      expect(recorded).toBeLessThanOrEqual(bound);
      // what relaxed returns depends on the engine
      if (target === "relaxed") expect(got).toBeLessThanOrEqual(bound);
      else expect(got).toBe(recorded);
    }
  });
});

test("the figures of 10 and of 10,007 columns", async () => {
  const [strict, cases] = [open("strict"), CASES.filter((c) => c.kind === "normal" && [10, 10_007].includes(c.cols))];
  // relaxed is not looked at
  const again = (await measure(cases, strict, strict, async () => {})).sizes;
  for (const way of ["strict", "usual"] as const) {
    for (const cols of [10, 10_007]) expect(again[cols][way]).toEqual(sizes[cols][way]);
  }
});

test.each(NAMES)("the usual float32, %s", (name) => {
  for (const kind of KINDS) {
    const block = blockOf(name, kind, "usual");
    expect(errorsOn(block, usualResults(block))[name]).toBe(figures[name][kind].usual.ulp);
  }
  expect(errorOnRow(name, hard[name])).toBe(hard[name].ulp.usual);
});
