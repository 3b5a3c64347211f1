import { type Report, type Verdict, verdict } from "../schema.js";

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

export function verdictOf(section: string, name: string, expected: number, points: readonly Point[]): Verdict {
  const [slope, wanted] = [slopeOf(points), expected + SLACK];
  const rest = { title: `${section}: slope of ${name}`, variant: "strict", at: "most", wanted, unit: "" } as const;
  // two digits, as the table shows it
  return verdict(rest, slope, `expected ${expected}`, Number(slope.toFixed(2)) <= wanted);
}

/** Of the measurements of a section, by name. */
export function pointsOf({ measurements }: Pick<Report, "measurements">, section: string): Record<string, Point[]> {
  const own = measurements.filter((item) => item.section === section);
  const names = [...new Set(own.map(({ name }) => name))];
  const of = (name: string) => own.filter((item) => item.name === name);
  return Object.fromEntries(names.map((name) => [name, of(name).map(({ size, median }) => [Number(size), median])]));
}
