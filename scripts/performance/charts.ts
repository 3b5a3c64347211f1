// The charts, from the reports.

import { pointsOf, slopeOf } from "../../bench/scaling/slope.js";
import { type Measurement, type Report, speed, type Verdict } from "../../bench/schema.js";
import type { Hue, Point } from "../../docs/pictures/plot.js";
import { type Bar, bars } from "./bars.js";
import { number, outcome, times } from "./cells.js";
import { HEADLINES, PLAIN } from "./headlines.js";
import { type Line, lines } from "./lines.js";
import { type Engine, goalsOf, margin, measuredOf, reportOf, worstOf } from "./results.js";
import { type Chart, draw } from "./svg.js";

type Make = (engines: readonly Engine[]) => Chart["picture"];

const measurementsOf = (engines: readonly Engine[], name: "peers" | "bench"): readonly Measurement[] =>
  reportOf(engines, name)?.measurements ?? [];

const PEER_HUES: Record<string, Hue> = {
  strict: "blue",
  relaxed: "blue",
  plain: "faint",
  PyTorch: "green",
  "onnxruntime-node": "green",
};
const HIDDEN = ["js", "relaxed, out", "strict, out"];

/** Time over that of strict. */
const peers: Make = (engines) => {
  const all = measurementsOf(engines, "peers");
  const rows = HEADLINES.flatMap(({ title, section, size }) => {
    const own = all.filter((item) => item.section === section && item.size === size && !HIDDEN.includes(item.variant));
    const strict = own.find(({ variant }) => variant === "strict");
    if (!strict) return [];
    const measured = own.map(({ variant, median, p25, p75 }): Bar => {
      const [value, low, high] = [median, p25, p75].map((time) => time / strict.median);
      return { label: variant, value, low, high, hue: PEER_HUES[variant] ?? "orange", note: times(value) };
    });
    return [{ label: title }, ...measured];
  });
  const legend = "blue: softcell, orange: WebAssembly and JavaScript, green: native";
  return bars(rows, { label: "time, softcell's strict build = 1 →", left: 150, legend });
};

/** Of the worst case of each target, how many times as good as it. */
const targets: Make = (engines) => {
  const [engine] = engines.filter(({ reports }) => reports.limits);
  const report = engine?.reports.limits;
  const goals = goalsOf(report?.verdicts ?? []);
  const rows = goals.flatMap((goal): Bar[] => {
    const measured = (["strict", "relaxed"] as const).flatMap((build) => {
      const worst = worstOf(goal.verdicts, build);
      return worst && report && margin(worst) < Number.MAX_VALUE
        ? [{ build, worst, spread: spreadOf(report, worst) }]
        : [];
    });
    const what = goal.title.replace(/;.*/, "");
    const title = `${what}: ${goal.cases.length > 1 ? `${goal.cases.length} cases` : goal.cases[0]}`;
    const hue = { strict: "blue", relaxed: "orange" } as const;
    const drawn = measured.map(({ build, worst, spread: [low, high] }): Bar => {
      const value = margin(worst);
      return {
        label: build,
        value,
        low: value * low,
        high: value * high,
        hue: hue[build],
        note: outcome(worst).replaceAll("*", ""),
      };
    });
    return [{ label: title }, ...drawn];
  });
  const label = "speed or share over its target, in the worst case →";
  return bars(rows, { label, left: 70, legend: "right of 1: reached" });
};

/** The quartiles of its measurement over the median, the slower first. */
function spreadOf({ measurements }: Report, worst: Verdict): [number, number] {
  const own = measuredOf(measurements, worst);
  if (!own || own.p25 <= 0) return [1, 1];
  const [a, b] = [own.p25, own.p75].map((value) => speed(own.unit, value, own.median));
  return [Math.min(a, b), Math.max(a, b)];
}

/** Times as fast as plain JavaScript. */
const plain: Make = (engines) => {
  const all = measurementsOf(engines, "bench");
  const rows = PLAIN.flatMap(({ title, name, size }) => {
    const own = all.filter((item) => item.name === name && item.size === size && item.variant !== "plain");
    const drawn = own.map(({ variant, median, p25, p75, ratio = 1 }): Bar => {
      const [low, high] = [(ratio * median) / p75, (ratio * median) / p25];
      const label = variant === "twin" ? "fallback" : variant;
      return { label, value: ratio, low, high, hue: variant === "twin" ? "orange" : "blue", note: times(ratio) };
    });
    return drawn.length ? [{ label: title }, ...drawn] : [];
  });
  return bars(rows, { label: "times as fast as plain JavaScript →", left: 80 });
};

const HUES: readonly Hue[] = ["blue", "orange", "green", "pink"];

/** Time, in us, or memory, in MB, of a section; the name up to its comma, which has fixed sizes. */
function growth(section: string, x: string, y: string, divisor: number): Make {
  return (engines) => {
    const report = reportOf(engines, "scaling");
    const drawn = Object.entries(report ? pointsOf(report, section) : {}).map(([name, points], i): Line => {
      const scaled = points.map(([size, value]): Point => [size, value / divisor]);
      const label = `${name.replace(", ", ",\n")}: slope ${number(slopeOf(points))}`;
      return { name: label, hue: HUES[i % HUES.length], points: scaled, dash: i % 2 === 1 };
    });
    return lines(drawn, { x, y });
  };
}

const time = (axis: string): Make => growth(`time against ${axis}`, `${axis} →`, "↑ us", 1e3);
const grows = (what: string, against: string, slope: number): string =>
  `Lines on logarithmic axes: time of ${what} against ${against}, slopes near ${slope}; the table has the figures.`;

export const CHARTS = {
  peers: {
    make: peers,
    alt: "Bars: time of softcell and its peers, softcell's strict build = 1, for softmax, cross-entropy and LSTM; see the tables.",
  },
  targets: {
    make: targets,
    alt: "Bars: speed or share of every target of one thread over that target, strict and relaxed; the table has the figures.",
  },
  plain: {
    make: plain,
    alt: "Bars: how many times as fast as plain JavaScript the strict build and the fallback are; the tables have the figures.",
  },
  rows: { make: time("rows"), alt: grows("softmax and cross-entropy", "rows", 1) },
  columns: { make: time("columns"), alt: grows("softmax and cross-entropy", "columns", 1) },
  steps: { make: time("T"), alt: grows("an LSTM, forward and with backward,", "steps T", 1) },
  batch: { make: time("B"), alt: grows("an LSTM, forward and with backward,", "batch B", 1) },
  units: { make: time("H"), alt: grows("an LSTM, streaming, forward and with backward,", "units H", 2) },
  memory: {
    make: growth("memory against T x B", "T x B →", "↑ MB", 2 ** 20),
    alt: "Lines on logarithmic axes: linear memory of a step of training against T x B, with everything kept and recomputed.",
  },
} satisfies Record<string, { make: Make; alt: string }>;

/** As SVG, by name. */
export function drawCharts(engines: readonly Engine[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(CHARTS).map(([name, { make, alt }]) => [name, draw({ alt, picture: make(engines) })]),
  );
}
