// Lines on two logarithmic axes with their names and exponents at their ends.
import * as Plot from "@observablehq/plot";
import type { Hue, Picture, Point } from "../../docs/pictures/plot.js";

export interface Line {
  name: string;
  hue: Hue;
  points: readonly Point[];
  dash?: boolean;
}

interface Options {
  x: string;
  y: string;
  /** The names stand in it. */
  right?: number;
}

const HEIGHT = 280;
/** Between two names of two lines. */
const LEAST = 33;

export function lines(all: readonly Line[], { x, y, right = 190 }: Options): Picture {
  const ys = all.flatMap(({ points }) => points.map(([, value]) => value));
  const sizes = [...new Set(all.flatMap(({ points }) => points.map(([size]) => size)))];
  const domain = [Math.min(...ys) / 1.4, Math.max(...ys) * 1.4];
  const inner = HEIGHT - 34 - 42;
  const pixel = (value: number) => (inner * Math.log(domain[1] / value)) / Math.log(domain[1] / domain[0]);
  const at = apart(all.map(({ points }) => pixel(points[points.length - 1][1])));
  return (theme) => ({
    height: HEIGHT,
    marginLeft: 64,
    marginRight: right,
    // base 2, or Plot leaves labels out
    x: { type: "log", base: 2, label: x, ticks: sizes, tickFormat: String },
    y: { type: "log", domain, label: y, ticks: ticksIn(domain), tickFormat: plainly, grid: true },
    marks: [
      ...all.map(({ points, hue, dash }) =>
        Plot.line(points, { stroke: theme[hue], strokeWidth: 2.25, strokeDasharray: dash ? "6 5" : undefined }),
      ),
      ...all.map(({ points, hue }) => Plot.dot(points, { fill: theme[hue], r: 3.5 })),
      ...all.map(({ points, hue, name }, i) =>
        Plot.text([points[points.length - 1]], {
          text: () => name,
          fill: theme[hue],
          textAnchor: "start",
          dx: 9,
          dy: at[i] - pixel(points[points.length - 1][1]),
        }),
      ),
    ],
  });
}

const plainly = (value: number): string => value.toLocaleString("en");

/** Powers of ten; where they are few, twos and fives between them. */
function ticksIn([from, to]: readonly number[]): number[] {
  const powers = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((exponent) => 10 ** exponent);
  const all = to / from > 1000 ? powers : powers.flatMap((power) => [power, 2 * power, 5 * power]);
  return all.filter((x) => x >= from && x <= to);
}

/** Moved downwards where two would overlap. */
function apart(places: readonly number[]): number[] {
  const moved = [...places];
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  for (let i = 1; i < order.length; i++) {
    const [above, own] = [order[i - 1], order[i]];
    moved[own] = Math.max(moved[own], moved[above] + LEAST);
  }
  return moved;
}
