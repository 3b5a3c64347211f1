// Learning rates as functions of the step: + - x / only, so that every engine trains with the same ones.
import * as check from "../check.js";

/** The learning rate of a step, 0 for the first: `optimizer.lr = schedule(step)` before each step. */
export type Schedule = (step: number) => number;

/** Options of stepSchedule(). */
export interface StepScheduleOptions {
  /** Steps between two changes. */
  stepSize: number;
  /** What the rate is multiplied by each time, from 0. Default 0.1. */
  gamma?: number;
}

/** Options of cosineSchedule(). */
export interface CosineScheduleOptions {
  /** The step at which the minimum is reached, to stay. */
  steps: number;
  /** Default 0. */
  minimum?: number;
}

/** Options of warmupSchedule(). */
export interface WarmupScheduleOptions {
  /** How many steps the rate rises. */
  steps: number;
  /** The part of the rate at the first of them, in [0, 1]. Default 1/3. */
  startFactor?: number;
}

/** Options of oneCycleSchedule(). */
export interface OneCycleScheduleOptions {
  /** Of the whole cycle. */
  steps: number;
  /** The part of the steps in which the rate rises, in [0, 1]. Default 0.3. */
  pctStart?: number;
  /** The first rate is the largest one divided by this, above 0. Default 25. */
  divFactor?: number;
  /** The last rate is the first one divided by this, above 0. Default 1e4. */
  finalDivFactor?: number;
}

/**
 * Always lr. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * constantSchedule(0.1)(1000); // 0.1
 */
export function constantSchedule(lr: number): Schedule {
  rate("lr", lr);
  return (step) => {
    stepOf(step);
    return lr;
  };
}

/**
 * lr gamma^floor(step / stepSize), as torch.optim.lr_scheduler.StepLR. Throws TypeError for a wrong kind, RangeError
 * for a wrong value.
 *
 * @example
 * const schedule = stepSchedule(0.1, { stepSize: 10 });
 * [schedule(9), schedule(10)]; // 0.1, 0.01
 */
export function stepSchedule(lr: number, options: StepScheduleOptions): Schedule {
  rate("lr", lr);
  const read = check.options("options", options, ["stepSize", "gamma"]);
  const stepSize = count("stepSize", read.stepSize);
  const { gamma = 0.1 } = read;
  check.number("gamma", gamma, 0, Number.MAX_VALUE);
  return (step) => lr * power(gamma, Math.floor(stepOf(step) / stepSize));
}

/**
 * minimum + (lr - minimum) (1 + cos(pi step / steps)) / 2, as CosineAnnealingLR (arXiv 1608.03983); from `steps` on the
 * minimum. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const schedule = cosineSchedule(0.1, { steps: 100 });
 * [schedule(0), schedule(50), schedule(100)]; // 0.1, 0.05, 0
 */
export function cosineSchedule(lr: number, options: CosineScheduleOptions): Schedule {
  rate("lr", lr);
  const read = check.options("options", options, ["steps", "minimum"]);
  const steps = count("steps", read.steps);
  const { minimum = 0 } = read;
  rate("minimum", minimum);
  return (step) => between(minimum, lr, cosineFall(Math.min(stepOf(step) / steps, 1)));
}

/**
 * From startFactor schedule(0) up to schedule(0) in equal parts, then the schedule from its step 0 on: LinearLR
 * followed by it in SequentialLR. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const schedule = warmupSchedule(constantSchedule(0.1), { steps: 10, startFactor: 0 });
 * [schedule(0), schedule(5), schedule(10)]; // 0, 0.05, 0.1
 */
export function warmupSchedule(schedule: Schedule, options: WarmupScheduleOptions): Schedule {
  if (typeof schedule !== "function")
    throw new TypeError(`"schedule" expected a function, got ${check.show(schedule)}`);
  const read = check.options("options", options, ["steps", "startFactor"]);
  const steps = count("steps", read.steps);
  const { startFactor = 1 / 3 } = read;
  check.number("startFactor", startFactor, 0, 1);
  return (step) => {
    if (stepOf(step) >= steps) return schedule(step - steps);
    return schedule(0) * (startFactor + (1 - startFactor) * (step / steps));
  };
}

/**
 * From maxLr / divFactor up to maxLr and down to maxLr / divFactor / finalDivFactor, along cosines, as OneCycleLR
 * (arXiv 1708.07120) without a third phase; behind the last step it stays there. Throws TypeError for a wrong kind,
 * RangeError for a wrong value.
 *
 * @example
 * const schedule = oneCycleSchedule(0.1, { steps: 10, pctStart: 0.5 });
 * [schedule(0), schedule(4), schedule(9)]; // 0.004, 0.1, 4e-7
 */
export function oneCycleSchedule(maxLr: number, options: OneCycleScheduleOptions): Schedule {
  rate("maxLr", maxLr);
  const read = check.options("options", options, ["steps", "pctStart", "divFactor", "finalDivFactor"]);
  const steps = count("steps", read.steps);
  const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = read;
  check.number("pctStart", pctStart, 0, 1);
  check.number("divFactor", divFactor, 0, Number.MAX_VALUE, true);
  check.number("finalDivFactor", finalDivFactor, 0, Number.MAX_VALUE, true);
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const [top, end] = [pctStart * steps - 1, steps - 1];
  return (step) => {
    const at = Math.min(stepOf(step), end);
    // a phase of no length is at its end
    if (at <= top) return between(maxLr, first, cosineFall(top > 0 ? at / top : 1));
    return between(last, maxLr, cosineFall((at - top) / (end - top)));
  };
}

/** low + (high - low) part, exact at both ends. */
function between(low: number, high: number, part: number): number {
  return part === 1 ? high : low + (high - low) * part;
}

/**
 * (1 + cos(pi x)) / 2 for x in [0, 1], to 1e-15 of it: cos^2(pi x / 2) = 1 - sin^2(pi x / 2) = sin^2(pi (1 - x) / 2),
 * nothing of which cancels out; 1 - x is exact for x >= 1/2.
 */
function cosineFall(x: number): number {
  const s = sine((Math.PI / 2) * (x < 0.5 ? x : 1 - x));
  return x < 0.5 ? 1 - s * s : s * s;
}

/** sin(t) for t in [0, pi / 4]: Taylor, whose next term is below 2^-53 of it. */
function sine(t: number): number {
  const w = t * t;
  let sum = -1 / 1307674368000;
  for (const c of [1 / 6227020800, -1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6]) sum = c + w * sum;
  return t + t * w * sum;
}

/** base^n by squaring: Math.pow differs between engines. */
function power(base: number, n: number): number {
  let result = 1;
  for (; n > 0; n = Math.floor(n / 2)) {
    if (n % 2) result *= base;
    base *= base;
  }
  return result;
}

const stepOf = (step: number): number => check.integer("step", step, 0, Number.MAX_SAFE_INTEGER);
const count = (name: string, value: unknown): number => check.integer(name, value, 1, Number.MAX_SAFE_INTEGER);
const rate = (name: string, value: unknown): number => check.number(name, value, 0, Number.MAX_VALUE);
