// Learning rates as functions of the step: their shape, their ends, and the cosine against Math.cos.
import { describe, expect, test } from "vitest";
import {
  constantSchedule,
  cosineSchedule,
  oneCycleSchedule,
  type Schedule,
  stepSchedule,
  warmupSchedule,
} from "../../src/index.js";
import { not, thrownBy } from "../support/refused.js";

const rates = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => schedule(step));

test("the cosine is good to 1e-15, relative, near its minimum, too", () => {
  const steps = 99_991;
  const schedule = cosineSchedule(1, { steps });
  let worst = 0;
  for (let step = 0; step < steps; step++) {
    // (1 + cos(pi x)) / 2 without cancellation; from the end, where pi / 2 is not rounded before the subtraction
    const x = step / steps;
    const want = x < 0.5 ? Math.cos((Math.PI / 2) * x) ** 2 : Math.sin((Math.PI / 2) * (1 - x)) ** 2;
    worst = Math.max(worst, Math.abs(schedule(step) / want - 1));
  }
  expect(worst).toBeLessThan(1e-15);
});

test("constant", () => {
  expect(rates(constantSchedule(0.3), 3)).toEqual([0.3, 0.3, 0.3]);
});

test("step", () => {
  expect(rates(stepSchedule(8, { stepSize: 2, gamma: 0.5 }), 7)).toEqual([8, 8, 4, 4, 2, 2, 1]);
  expect(stepSchedule(1, { stepSize: 1 })(2)).toBeCloseTo(0.01, 15);
  expect(rates(stepSchedule(1, { stepSize: 1, gamma: 0 }), 3)).toEqual([1, 0, 0]);
  expect(stepSchedule(1, { stepSize: 1, gamma: 1 - 2 ** -20 })(2 ** 52)).toBe(0);
});

test("cosine falls from the rate to the minimum and stays", () => {
  const schedule = cosineSchedule(0.5, { steps: 8, minimum: 0.1 });
  const all = rates(schedule, 10);
  expect([all[0], all[8], all[9], schedule(2 ** 40)]).toEqual([0.5, 0.1, 0.1, 0.1]);
  expect(all[4]).toBeCloseTo(0.3, 15);
  for (let i = 1; i <= 8; i++) expect(all[i]).toBeLessThan(all[i - 1]);
  expect(cosineSchedule(0.1, { steps: 1, minimum: 0.5 })(1)).toBe(0.5);
});

test("warm-up rises in equal parts to the first rate of the schedule, which then starts", () => {
  const schedule = warmupSchedule(stepSchedule(1, { stepSize: 2, gamma: 0.5 }), { steps: 4, startFactor: 0 });
  expect(rates(schedule, 10)).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 0.5, 0.5, 0.25, 0.25]);
  expect(warmupSchedule(constantSchedule(3), { steps: 2 })(0)).toBeCloseTo(1, 15);
});

describe("one cycle", () => {
  test("starts, peaks and ends where it should", () => {
    const schedule = oneCycleSchedule(1, { steps: 100, pctStart: 0.3, divFactor: 20, finalDivFactor: 50 });
    const all = rates(schedule, 100);
    expect([all[0], all[99], schedule(1000)]).toEqual([1 / 20, 1 / 1000, 1 / 1000]);
    expect(all.indexOf(Math.max(...all))).toBe(29);
  });

  test.each([
    [1, 0.3, [0.1 / 10]],
    [1, 1, [1]],
    [2, 0.5, [1, 0.1 / 10]],
    [2, 1, [0.1, 1]],
  ])("of %d steps, pctStart %d", (steps, pctStart, expected) => {
    const schedule = oneCycleSchedule(1, { steps, pctStart, divFactor: 10, finalDivFactor: 10 });
    rates(schedule, steps).forEach((rate, i) => expect(rate).toBeCloseTo(expected[i], 15));
  });
});

test.each(
  Object.entries({
    constant: constantSchedule(1),
    step: stepSchedule(1, { stepSize: 1 }),
    cosine: cosineSchedule(1, { steps: 1 }),
    warmup: warmupSchedule(constantSchedule(1), { steps: 2 }),
    oneCycle: oneCycleSchedule(1, { steps: 3 }),
  }),
)("%s refuses steps that are none", (_, schedule) => {
  for (const step of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const error = thrownBy(() => schedule(step));
    expect([error.constructor, error.message]).toEqual([
      RangeError,
      `"step" expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}, got ${step}`,
    ]);
  }
  expect(thrownBy(() => schedule(not("1"))).constructor).toBe(TypeError);
});

test.each<[name: string, make: () => unknown, kind: typeof Error, text: string]>([
  ["lr -1", () => constantSchedule(-1), RangeError, `"lr" expected a number from 0`],
  ["no lr", () => stepSchedule(not(undefined), { stepSize: 1 }), TypeError, `"lr" expected a number, got undefined`],
  ["no options", () => stepSchedule(1, not(undefined)), TypeError, `"stepSize" expected an integer, got undefined`],
  ["options null", () => cosineSchedule(1, not(null)), TypeError, `"steps" expected an integer, got undefined`],
  ["stepSize 0", () => stepSchedule(1, { stepSize: 0 }), RangeError, `"stepSize" expected an integer from 1`],
  ["gamma -1", () => stepSchedule(1, { stepSize: 1, gamma: -1 }), RangeError, `"gamma" expected a number from 0`],
  ["steps 1.5", () => cosineSchedule(1, { steps: 1.5 }), RangeError, `"steps" expected an integer from 1`],
  ["a misspelt option", () => cosineSchedule(1, not({ steps: 1, min: 0 })), RangeError, `got "min"`],
  ["minimum NaN", () => cosineSchedule(1, { steps: 1, minimum: Number.NaN }), RangeError, `"minimum" expected`],
  ["schedule 0.1", () => warmupSchedule(not(0.1), { steps: 1 }), TypeError, `"schedule" expected a function, got 0.1`],
  [
    "startFactor 2",
    () => warmupSchedule(constantSchedule(1), { steps: 1, startFactor: 2 }),
    RangeError,
    `"startFactor" expected a number from 0 to 1, got 2`,
  ],
  ["pctStart -0.1", () => oneCycleSchedule(1, { steps: 1, pctStart: -0.1 }), RangeError, `"pctStart" expected`],
  [
    "divFactor 0",
    () => oneCycleSchedule(1, { steps: 1, divFactor: 0 }),
    RangeError,
    `"divFactor" expected a number above 0`,
  ],
  [
    "finalDivFactor 0",
    () => oneCycleSchedule(1, { steps: 1, finalDivFactor: 0 }),
    RangeError,
    `"finalDivFactor" expected`,
  ],
])("%s is refused", (_, make, kind, text) => {
  const error = thrownBy(make);
  expect(error.message).toContain(text);
  expect(error.constructor).toBe(kind);
});
