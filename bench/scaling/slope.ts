import { exactly, type Measurement, targeted } from "../schema.js";

export type Point = readonly [x: number, y: number];

/** A slope may be that much larger than expected: a cache is left on the way, a cost of a call counts at its start. */
const SLACK = 0.1;

/** The exponent p of y = c x^p by least squares of the logarithms, over the upper half of the points. */
export function slopeOf(points: readonly Point[]): number {
  const upper = points.slice(Math.floor(points.length / 2)).map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (at: 0 | 1) => upper.reduce((sum, point) => sum + point[at], 0) / upper.length;
  const [mx, my] = [mean(0), mean(1)];
  const moment = (at: 0 | 1) => upper.reduce((sum, point) => sum + (point[0] - mx) * (point[at] - [mx, my][at]), 0);
  return moment(1) / moment(0);
}

export const pointsOf = (series: readonly Measurement[]): Point[] =>
  series.map(({ size, median }) => [Number(size), median]);

/** Of one series, beside its target. */
export function slope(series: readonly Measurement[], expected: number): Measurement {
  const { section, name, variant } = series[0];
  const item = { section, name, size: `slope, expected ${expected}`, variant };
  return targeted({ ...item, ...exactly("", slopeOf(pointsOf(series))) }, "median", expected + SLACK);
}
