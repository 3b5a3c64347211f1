// Bars from 1 on a logarithmic axis, with their spread and their ratio beside them.
import * as Plot from "@observablehq/plot";
import type { Hue, Picture } from "../../docs/pictures/plot.js";

/** A bar, or without a value the title of those below. */
export interface Bar {
  label: string;
  value?: number;
  low?: number;
  high?: number;
  hue?: Hue;
  note?: string;
}

interface Options {
  label: string;
  /** Of the names. */
  left: number;
  legend?: string;
}

const ROW = 17;

export function bars(all: readonly Bar[], { label, left, legend = "" }: Options): Picture {
  const keyed = all.map((bar, i) => ({ ...bar, key: String(i) }));
  const drawn = keyed.flatMap(({ value, low = value, high = value, ...rest }) => {
    if (value === undefined || low === undefined || high === undefined) return [];
    return [{ ...rest, value: Math.log(value), low: Math.log(low), high: Math.log(high) }];
  });
  const ends = drawn.flatMap(({ value, low, high }) => [value, low, high]);
  // room for the ratios
  const domain = [Math.min(-0.1, ...ends) - 0.05, 1.12 * Math.max(0.1, ...ends) + 0.22];
  const ticks = ticksIn(domain.map(Math.exp));
  return (theme) => ({
    height: 64 + ROW * all.length,
    marginLeft: left,
    // logarithms on a linear axis: on one that is logarithmic Plot leaves labels out
    x: { domain, label, ticks: ticks.map(Math.log), tickFormat: (_: number, i: number) => String(ticks[i]) },
    y: {
      domain: keyed.map(({ key }) => key),
      label: null,
      tickSize: 0,
      tickFormat: (key: string) => (keyed[Number(key)].value === undefined ? "" : keyed[Number(key)].label),
    },
    marks: [
      Plot.barX(drawn, {
        x1: 0,
        x2: "value",
        y: "key",
        fill: ({ hue = "blue" }) => theme[hue as Hue],
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.ruleX([0], { stroke: theme.text }),
      Plot.ruleY(drawn, { x1: "low", x2: "high", y: "key", stroke: theme.text, strokeWidth: 1.25 }),
      Plot.text(drawn, {
        x: ({ value, high }) => Math.max(0, value, high),
        y: "key",
        text: "note",
        textAnchor: "start",
        dx: 5,
        fill: theme.text,
      }),
      Plot.text(
        keyed.filter(({ value }) => value === undefined),
        {
          frameAnchor: "left",
          y: "key",
          text: "label",
          textAnchor: "start",
          dx: -left + 8,
          fill: theme.text,
          fontWeight: "bold",
          stroke: theme.background,
          strokeWidth: 5,
        },
      ),
      Plot.text([legend], { frameAnchor: "top-right", text: (line: string) => line, dy: -22, fill: theme.faint }),
    ],
  });
}

const POWERS = [0.01, 0.1, 1, 10, 100, 1000];
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const FINE = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5];
const COARSE = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6];

function ticksIn([from, to]: readonly number[]): number[] {
  const ticks = to / from < 3 ? FINE : to / from < 12 ? COARSE : to / from < 500 ? STEPS : POWERS;
  return ticks.filter((x) => x >= from && x <= to);
}
