// Forecasts that need no training, the errors of all, and a chart.
import { lineChart } from "../chart.js";
import type { Series } from "./data.js";

export type Forecast = (days: readonly number[]) => readonly number[];

/** 364 days ago is the same weekday of the year before. */
export const naive = ({ births }: Series): Record<string, Forecast> => {
  const before =
    (lag: number): Forecast =>
    (days) =>
      days.map((t) => births[t - lag]);
  return { "the day before": before(1), "a week before": before(7), "52 weeks before": before(364) };
};

export interface Errors {
  /** Mean absolute error and root of the mean squared error, in births a day. */
  mae: number;
  rmse: number;
}

export function errors({ births }: Series, days: readonly number[], forecast: readonly number[]): Errors {
  const e = days.map((t, i) => forecast[i] - births[t]);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  return { mae: mean(e.map(Math.abs)), rmse: Math.sqrt(mean(e.map((x) => x * x))) };
}

/** The last weeks of a part as points [day, births]: the day before the first of them is 0. */
export function tail({ births }: Series, days: readonly number[], forecast: readonly number[], weeks: number) {
  const first = days.length - 7 * weeks;
  const points = (value: (i: number) => number) =>
    days.slice(first).map((_, i): [number, number] => [i + 1, value(first + i)]);
  return { real: points((i) => births[days[i]]), forecast: points((i) => forecast[i]) };
}

export function chart(series: Series, days: readonly number[], forecast: readonly number[]): string {
  const { real, forecast: lstm } = tail(series, days, forecast, 6);
  const title = "births a day, 20 November to 31 December 2014";
  return lineChart(
    { real, forecast: lstm },
    { title, xLabel: "day; one mark where both agree", width: 70, height: 20 },
  );
}
