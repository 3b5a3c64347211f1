// The benchmark in a worker: progress, a chart of how many times as fast as plain JavaScript, a table, a download.
import * as Plot from "@observablehq/plot";
import type { Measurement } from "../../bench/schema.js";
import { version } from "../../package.json";
import { type News, type Report, VARIANTS } from "./benchmark-messages.js";
import { draw } from "./chart.js";
import { byId, messageOf, tableRow } from "./page.js";

const COLORS = { domain: VARIANTS, range: ["var(--blue)", "var(--green)", "var(--pink)", "var(--line)"] };

const status = byId("benchmark-status", HTMLElement);
const progress = byId("benchmark-progress", HTMLProgressElement);
const run = byId("benchmark-run", HTMLButtonElement);
const save = byId("benchmark-save", HTMLButtonElement);
const body = byId("benchmark-rows", HTMLTableSectionElement);
const chart = byId("benchmark-chart", HTMLElement);

interface Measured extends Measurement {
  title: string;
}

let worker: Worker | undefined;
let measured: Measured[] = [];
let notes: string[] = [];
let done = { cases: 0, of: 1 };
let report: Report | undefined;

export function showBenchmark(): void {
  run.addEventListener("click", () => (worker ? stop("Stopped.") : start()));
  save.addEventListener("click", download);
}

function start(): void {
  [measured, notes, report] = [[], [], undefined];
  body.replaceChildren();
  chart.replaceChildren();
  progress.value = 0;
  save.disabled = true;
  run.textContent = "Stop";
  status.textContent = "Loading the kernels …";
  worker = new Worker(new URL("./benchmark.worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));
  worker.addEventListener("error", (event) => hear({ type: "error", message: messageOf(event.message) }));
}

function stop(message: string): void {
  worker?.terminate();
  worker = undefined;
  run.textContent = "Run the benchmark";
  status.textContent = message;
}

function hear(news: News): void {
  switch (news.type) {
    case "case":
      done = { cases: news.done, of: news.of };
      status.textContent = `Case ${news.done + 1} of ${news.of}: ${news.title}.`;
      return;
    case "progress":
      progress.value = (done.cases + news.share) / done.of;
      return;
    case "measured":
      measured.push(...news.measurements.map((measurement) => ({ ...measurement, title: news.title })));
      show();
      return;
    case "note":
      notes.push(news.text);
      return;
    case "done":
      finish(news.timerStep);
      return;
    case "error":
      stop(`It stopped: ${news.message}`);
  }
}

function show(): void {
  body.replaceChildren(
    ...measured.map(({ title, variant, median, ratio = 1 }) =>
      tableRow([title, variant, duration(median), `${ratio.toFixed(2)} times`]),
    ),
  );
  const titles = [...new Set(measured.map(({ title }) => title))];
  draw(chart, "Bars: how many times as fast as plain JavaScript each variant is; the table has the numbers.", () => ({
    height: 60 + 112 * titles.length,
    marginLeft: 56,
    marginRight: 40,
    axis: null,
    x: { axis: "bottom", label: "times as fast as plain JavaScript", grid: true },
    y: { domain: VARIANTS, axis: "left", label: null },
    fy: { domain: titles, padding: 0.3 },
    color: COLORS,
    marks: [
      Plot.barX(measured, { x: "ratio", y: "variant", fy: "title", fill: "variant" }),
      Plot.text(measured, {
        x: "ratio",
        y: "variant",
        fy: "title",
        text: ({ ratio = 1 }) => ratio.toFixed(1),
        textAnchor: "start",
        dx: 4,
      }),
      Plot.text(titles, {
        fy: (title) => title,
        text: (title) => title,
        frameAnchor: "top-left",
        dy: -14,
        dx: -50,
        fontWeight: 600,
      }),
    ],
  }));
}

function finish(timerStep: number): void {
  report = {
    command: "npm run playground",
    environment: {
      date: new Date().toISOString(),
      softcell: version,
      browser: navigator.userAgent,
      cores: navigator.hardwareConcurrency,
      isolated: crossOriginIsolated,
      timerStep,
    },
    measurements: measured.map(({ title: _, ...measurement }) => measurement),
    verdicts: [],
    notes,
  };
  progress.value = 1;
  save.disabled = false;
  const ratios = measured.filter(({ variant }) => variant === "strict").map(({ ratio = 1 }) => ratio);
  const times = ratios.length
    ? `WebAssembly, strict, is ${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} times as fast as plain JavaScript.`
    : "WebAssembly does not run here.";
  stop([`Done: ${done.of} cases, results checked.`, times, ...notes].join(" "));
}

function download(): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(report, null, 1)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "softcell-benchmark.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function duration(ns: number): string {
  const [size, unit] = ns >= 1e6 ? [1e6, "ms"] : ns >= 1e3 ? [1e3, "us"] : [1, "ns"];
  return `${Number((ns / Number(size)).toPrecision(3))} ${unit}`;
}
