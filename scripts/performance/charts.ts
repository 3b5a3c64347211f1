// The charts, from the reports. Each is light or dark by itself: drawn in light colours, which a style sheet exchanges.
import { caseOf, groupBy, outcome, quantity, times } from "../../bench/report.js";
import { pointsOf, slopeOf } from "../../bench/scaling/slope.js";
import { type Measurement, speed } from "../../bench/schema.js";
import { type Hue, type Picture, type Point, render, THEMES } from "../../docs/pictures/plot.js";
import { headlines } from "./headlines.js";
import { type Bar, bars, type Group, lines } from "./plots.js";
import { goalsOf, marginOf, measurementsOf } from "./results.js";

/** What the median and the quartiles are on the axis. */
function bar({ median, p25, p75, variant }: Measurement, at: (figure: number) => number, hue: Hue, note: string): Bar {
  const ends = [at(p25), at(p75)];
  return { label: variant, value: at(median), low: Math.min(...ends), high: Math.max(...ends), hue, note };
}

const HUES: Record<string, Hue> = {
  strict: "blue",
  relaxed: "blue",
  plain: "faint",
  PyTorch: "green",
  "onnxruntime-node": "green",
};
const HIDDEN = ["js", "relaxed, out", "strict, out"];

/** Time over that of strict. */
function peers(): Picture {
  const groups = headlines("peers").map(([title, own]): Group => {
    const strict = own.find(({ variant }) => variant === "strict")?.median ?? Number.NaN;
    const shown = own.filter(({ variant }) => !HIDDEN.includes(variant));
    const drawn = shown.map((item) =>
      bar(item, (time) => time / strict, HUES[item.variant] ?? "orange", times(item.median / strict)),
    );
    return [title, drawn];
  });
  const legend = "blue: softcell, orange: WebAssembly and JavaScript, green: native";
  return bars(groups, { label: "time, softcell's strict build = 1 →", left: 150, legend });
}

/** How many times as good as each target. A difference of nothing has no place on the axis. */
function targets(): Picture {
  const goals = goalsOf(measurementsOf("limits")).filter((item) => Number.isFinite(marginOf(item)));
  const titleOf = (item: Measurement) => caseOf(item) + (item.section.match(/, (against|beside|over)[^;]*/)?.[0] ?? "");
  const groups = [...groupBy(goals, titleOf)].map(([title, own]): Group => {
    const drawn = own.map((item) => {
      const { unit, median, ratio, target, variant } = item;
      const at = (figure: number) => marginOf(item) * speed(unit, figure, median);
      const measured = target?.of === "ratio" ? times(ratio ?? 0) : quantity(median, unit);
      return bar(item, at, variant === "strict" ? "blue" : "orange", `${measured} ${outcome(item)}`);
    });
    return [title, drawn];
  });
  const label = "speed or share over its target, in the worst case →";
  return bars(groups, { label, left: 70, legend: "right of 1: reached" });
}

/** Times as fast as plain JavaScript. */
function plain(): Picture {
  const groups = headlines("bench").map(([title, own]): Group => {
    const drawn = own.flatMap((item) => {
      const { variant, ratio, baseline } = item;
      if (ratio === undefined || !baseline) return [];
      const at = (time: number) => baseline.median / time;
      const [label, hue] = variant === "twin" ? (["fallback", "orange"] as const) : ([variant, "blue"] as const);
      return bar({ ...item, variant: label }, at, hue, times(ratio));
    });
    return [title, drawn];
  });
  return bars(groups, { label: "times as fast as plain JavaScript →", left: 80 });
}

/** Time in us, or memory in MB, with the slope beside each name. */
function growth(section: string, x: string, y: string, divisor: number): () => Picture {
  return () => {
    const own = measurementsOf("scaling").filter((item) => item.section === section && item.unit);
    const named = [...groupBy(own, ({ name }) => name)].map(([name, series]) => {
      const points = pointsOf(series);
      const label = `${name.replace(", ", ",\n")}: slope ${slopeOf(points).toFixed(2)}`;
      return [label, points.map(([size, value]): Point => [size, value / divisor])];
    });
    return lines(Object.fromEntries(named), x, y);
  };
}

const time = (axis: string, what: string, slope = 1) => ({
  picture: growth(`time against ${axis}`, `${axis} →`, "↑ us", 1e3),
  alt: `Lines on logarithmic axes: time of ${what} against ${axis}, slopes near ${slope}; the table has the figures.`,
});

export const CHARTS = {
  peers: {
    picture: peers,
    alt: "Bars: time of softcell and its peers, softcell's strict build = 1, for softmax, cross-entropy and LSTM; see the tables.",
  },
  targets: {
    picture: targets,
    alt: "Bars: speed or share of every target of one thread over that target, strict and relaxed; the table has the figures.",
  },
  plain: {
    picture: plain,
    alt: "Bars: how many times as fast as plain JavaScript the strict build and the fallback are; the tables have the figures.",
  },
  rows: time("rows", "softmax and cross-entropy"),
  columns: time("columns", "softmax and cross-entropy"),
  steps: time("T", "an LSTM, forward and with backward,"),
  batch: time("B", "an LSTM, forward and with backward,"),
  units: time("H", "an LSTM, streaming, forward and with backward,", 2),
  memory: {
    picture: growth("memory against T x B", "T x B →", "↑ MB", 1e6),
    alt: "Lines on logarithmic axes: linear memory of a step of training against T x B, with everything kept and recomputed.",
  },
};

const [LIGHT, DARK] = THEMES;

const rules = (Object.keys(LIGHT) as (keyof typeof LIGHT)[]).flatMap((hue) =>
  ["fill", "stroke", "color"].map((name) => `[${name}="${LIGHT[hue]}"]{${name}:${DARK[hue]}}`),
);

/** As SVG, with a text for those who cannot see it. */
export function draw({ picture, alt }: (typeof CHARTS)["peers"]): string {
  const style = `<style>@media (prefers-color-scheme: dark){${rules.join("")}}</style>`;
  return render(picture(), LIGHT).replace(
    /^<svg([^>]*)>/,
    `<svg$1 role="img" aria-label="${alt}">${style}<title>${alt}</title>`,
  );
}
