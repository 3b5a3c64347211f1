// Bars and lines on logarithmic axes.
import * as Plot from "@observablehq/plot";
import type { Hue, Picture, Point } from "../../docs/pictures/plot.js";

/** From 1, with its spread and a note beside it. */
export interface Bar {
  label: string;
  value: number;
  low: number;
  high: number;
  hue: Hue;
  note: string;
}

export type Group = readonly [title: string, readonly Bar[]];

interface Options {
  label: string;
  /** Of the names. */
  left: number;
  legend?: string;
}

const ROW = 17;
/** Without margins; of a glyph at most. */
const [WIDTH, GLYPH] = [616, 7.5];

/** Groups of bars, each below its title. */
export function bars(groups: readonly Group[], { label, left, legend = "" }: Options): Picture {
  const rows: ({ title: string } | Bar)[] = groups.flatMap(([title, all]) => [{ title }, ...all]);
  const keyed = rows.map((row, key) => ({ key, title: "", label: "", ...row }));
  const drawn = keyed.flatMap((row) => ("value" in row ? [row] : []));
  const least = Math.min(0.9, ...drawn.map(({ low }) => low)) / 1.05;
  const ends = drawn.map(({ high, note }) => {
    const room = (16 + GLYPH * note.length) / (WIDTH - left);
    return (Math.max(1, high) / least ** room) ** (1 / (1 - room));
  });
  const domain = [least, Math.max(...ends)];
  return (theme) => ({
    height: 64 + ROW * rows.length,
    marginLeft: left,
    // base 2, or Plot leaves labels out
    x: { type: "log", base: 2, domain, label, ticks: ticksIn(domain), tickFormat: String },
    y: { domain: keyed.map(({ key }) => key), label: null, tickSize: 0, tickFormat: (key: number) => keyed[key].label },
    marks: [
      Plot.barX(drawn, {
        x1: 1,
        x2: "value",
        y: "key",
        fill: ({ hue }) => theme[hue as Hue],
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.ruleX([1], { stroke: theme.text }),
      Plot.ruleY(drawn, { x1: "low", x2: "high", y: "key", stroke: theme.text, strokeWidth: 1.25 }),
      Plot.text(drawn, {
        x: ({ high }) => Math.max(1, high),
        y: "key",
        text: "note",
        textAnchor: "start",
        dx: 5,
        fill: theme.text,
      }),
      Plot.text(keyed, {
        frameAnchor: "left",
        y: "key",
        text: "title",
        textAnchor: "start",
        dx: 8 - left,
        fill: theme.text,
        fontWeight: "bold",
        stroke: theme.background,
        strokeWidth: 5,
      }),
      Plot.text([legend], { frameAnchor: "top-right", text: String, dy: -22, fill: theme.faint }),
    ],
  });
}

const HEIGHT = 280;
/** Between the names of two lines. */
const LEAST = 33;
const HUES: readonly Hue[] = ["blue", "orange", "green", "pink"];

/** Lines with their names at their ends. */
export function lines(all: Readonly<Record<string, readonly Point[]>>, x: string, y: string): Picture {
  const ys = Object.values(all).flatMap((points) => points.map(([, value]) => value));
  const sizes = new Set(Object.values(all).flatMap((points) => points.map(([size]) => size)));
  const domain = [Math.min(...ys) / 1.4, Math.max(...ys) * 1.4];
  const pixel = (value: number) => ((HEIGHT - 76) * Math.log(domain[1] / value)) / Math.log(domain[1] / domain[0]);
  let below = Number.NEGATIVE_INFINITY;
  const drawn = Object.entries(all)
    .map(([name, points], i) => ({
      name,
      points,
      hue: HUES[i % HUES.length],
      dash: i % 2 ? "6 5" : undefined,
      last: points[points.length - 1],
    }))
    .sort((a, b) => b.last[1] - a.last[1])
    .map((line) => {
      const at = pixel(line.last[1]);
      below = Math.max(at, below + LEAST);
      return { ...line, dy: below - at };
    });
  return (theme) => ({
    height: HEIGHT,
    marginLeft: 64,
    marginRight: 190,
    // base 2, or Plot leaves labels out
    x: { type: "log", base: 2, label: x, ticks: sizes, tickFormat: String },
    y: {
      type: "log",
      base: 2,
      domain,
      label: y,
      ticks: ticksIn(domain),
      tickFormat: (value: number) => value.toLocaleString("en"),
      grid: true,
    },
    marks: drawn.flatMap(({ name, points, hue, dash, last, dy }) => [
      Plot.line(points, { stroke: theme[hue], strokeWidth: 2.25, strokeDasharray: dash }),
      Plot.dot(points, { fill: theme[hue], r: 3.5 }),
      Plot.text([last], { text: () => name, fill: theme[hue], textAnchor: "start", dx: 9, dy }),
    ]),
  });
}

const STEPS = [[1, 1.2, 1.4, 1.6, 2, 2.5, 3, 4, 5, 6, 7, 8, 9], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1]];

/** Round numbers, as many as there is room for. */
function ticksIn([from, to]: readonly number[]): number[] {
  const powers = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
  const choices = STEPS.map((steps) =>
    powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`))).filter((x) => x >= from && x <= to),
  );
  return choices.find(({ length }) => length <= 9) ?? choices[choices.length - 1];
}
