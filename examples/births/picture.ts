import { writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { curves, render, THEMES } from "../../docs/pictures/plot.js";
import type { Series } from "./data.js";
import { tail } from "./report.js";

/** The last twenty weeks as an SVG file. */
export function writeSvg(file: string, series: Series, days: readonly number[], forecast: readonly number[]): void {
  const { real, forecast: lstm } = tail(series, days, forecast, 20);
  const [theme] = THEMES;
  const svg = render(
    () => ({
      width: 900,
      marginLeft: 60,
      x: { label: "day of the last twenty weeks of 2014" },
      y: { label: "births", domain: [5500, 15500] },
      marks: [
        Plot.dot(real, { fill: theme.faint, r: 2.5 }),
        ...curves(theme, [
          { name: "real", hue: "faint", points: real, at: [2, 15200], width: 1 },
          { name: "forecast on the eve", hue: "blue", points: lstm, at: [10, 15200], width: 1.5 },
        ]),
      ],
    }),
    theme,
  );
  writeFileSync(file, svg);
}
