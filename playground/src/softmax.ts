// Softmax on sliders, and how far naive float32, safe float32 and softcell are from float64.
import * as Plot from "@observablehq/plot";
import { init, type Softcell, softmax } from "softcell";
import { draw } from "./chart.js";
import { inFloat64, naive, relativeError, safe } from "./float32.js";
import { MEMORY } from "./memory.js";
import { byId, make, tableRow } from "./page.js";

const START = [3, 1, 0.25, -4, -20];
const METHODS = ["naive float32", "safe float32", "softcell"] as const;
type Method = (typeof METHODS)[number];

/** The number beside a slider; hidden, since the slider itself says it. */
const VALUE = { class: "value", "aria-hidden": "true" };
/** Where an error of 0 is drawn: below half a unit in the last place of float32, 6e-8. */
const EXACT = 1e-9;
const ERRORS = { type: "log", domain: [EXACT, 1], ticks: [1e-9, 1e-7, 1e-5, 1e-3, 1e-1], tickFormat: ".0e" } as const;
const COLORS = { domain: METHODS, range: ["var(--orange)", "var(--pink)", "var(--blue)"] };
const SYMBOLS = { domain: METHODS, range: ["square", "triangle", "circle"] } as const;

interface Settings {
  logits: Float32Array;
  temperature: number;
}

type Softmax = (x: Float32Array, temperature: number) => Record<Method, ArrayLike<number>>;

export async function showSoftmax(): Promise<void> {
  const sc = await init({ memory: MEMORY });
  const sliders = START.map((value, i) => slider(`logit ${i + 1}`, value));
  byId("logits", HTMLElement).append(...sliders.map(({ parentElement }) => parentElement as HTMLElement));
  const [temperature, offset] = ["temperature", "offset"].map((id) => byId(id, HTMLInputElement));
  const update = () => {
    for (const input of [...sliders, offset]) say(input, Number(input.value).toString());
    say(temperature, (10 ** Number(temperature.value)).toFixed(2));
    const logits = Float32Array.from(sliders, ({ value }) => Number(value) + Number(offset.value));
    show(methodsOf(sc), { logits, temperature: 10 ** Number(temperature.value) });
  };
  for (const input of [...sliders, temperature, offset]) input.addEventListener("input", update);
  const set = (logits: readonly number[], to: { temperature: number; offset: number }) => {
    sliders.forEach((input, i) => {
      input.value = String(logits[i]);
    });
    temperature.value = String(Math.log10(to.temperature));
    offset.value = String(to.offset);
    update();
  };
  const presets: Record<string, () => void> = {
    "preset-start": () => set(START, { temperature: 1, offset: 0 }),
    "preset-large": () => set(START, { temperature: 1, offset: 100 }),
    "preset-cold": () => set(START, { temperature: 0.25, offset: 33.3 }),
  };
  for (const [id, apply] of Object.entries(presets)) byId(id, HTMLButtonElement).addEventListener("click", apply);
  update();
}

function slider(name: string, value: number): HTMLInputElement {
  const input = make("input", [], { type: "range", min: "-20", max: "20", step: "0.25", value: String(value) });
  make("label", [make("span", name), input, make("span", [], VALUE)]);
  return input;
}

/** What stands beside a slider, and what a screen reader says of it. */
function say(input: HTMLInputElement, text: string): void {
  (input.parentElement?.querySelector(".value") as HTMLElement).textContent = text;
  input.setAttribute("aria-valuetext", text);
}

function methodsOf(sc: Softcell): Softmax {
  return (x, temperature) => {
    const beta = Math.fround(1 / temperature);
    return {
      "naive float32": naive(x, beta),
      "safe float32": safe(x, beta),
      softcell: softmax(sc, x, { temperature }),
    };
  };
}

function show(softmax: Softmax, { logits, temperature }: Settings): void {
  const truth = inFloat64(logits, Math.fround(1 / temperature));
  const results = softmax(logits, temperature);
  const entries = truth.map((want, i) => ({ name: `logit ${i + 1}`, want, got: METHODS.map((m) => results[m][i]) }));
  byId("softmax-rows", HTMLTableSectionElement).replaceChildren(
    ...entries.map(({ name, want, got }) => tableRow([name, short(want), ...got.map((p) => cell(p, want))])),
  );
  draw(byId("probabilities", HTMLElement), "Bars: the probability of each logit; the table has the numbers.", () => ({
    height: 200,
    marginLeft: 46,
    x: { label: null },
    y: { label: "probability", domain: [0, 1], grid: true, ticks: 5 },
    marks: [
      Plot.barY(entries, { x: "name", y: (entry) => entry.got[2], fill: "var(--blue)" }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  }));
  drawErrors(entries);
  drawSweep(softmax, { logits, temperature });
}

function drawErrors(entries: readonly { name: string; want: number; got: readonly number[] }[]): void {
  const points = entries.flatMap(({ name, want, got }) =>
    METHODS.map((method, i) => ({ name, method, error: relativeError(got[i], want) })),
  );
  const known = points.filter(({ error }) => error !== undefined);
  const at = { fx: "name", x: "method", y: ({ error }: { error?: number }) => Math.max(EXACT, error ?? 0) };
  draw(byId("errors", HTMLElement), "The relative error of each probability; the table has the numbers.", () => ({
    height: 220,
    marginLeft: 46,
    fx: { label: null, domain: entries.map(({ name }) => name) },
    x: { axis: null, domain: METHODS },
    y: { ...ERRORS, label: "relative error", grid: true },
    color: COLORS,
    symbol: SYMBOLS,
    marks: [
      Plot.ruleX(known, { ...at, y1: EXACT, y2: at.y, y: undefined, stroke: "method", strokeWidth: 3 }),
      Plot.dot(known, { ...at, fill: "method", symbol: "method", r: 5 }),
      Plot.ruleY([EXACT], { stroke: "currentColor" }),
    ],
  }));
}

/** The worst error of the row at temperatures from 0.1 to 10. */
function drawSweep(softmax: Softmax, { logits, temperature }: Settings): void {
  const temperatures = Array.from({ length: 121 }, (_, i) => 10 ** (i / 60 - 1));
  const points = temperatures.flatMap((t) => {
    const truth = inFloat64(logits, Math.fround(1 / t));
    const results = softmax(logits, t);
    return METHODS.map((method) => {
      const errors = truth.map((want, i) => relativeError(results[method][i], want) ?? 0);
      return { t, method, error: Math.max(EXACT, ...errors) };
    });
  });
  draw(byId("sweep", HTMLElement), "Curves: the worst relative error of the row at each temperature.", () => ({
    height: 220,
    marginLeft: 46,
    x: { type: "log", label: "temperature", ticks: [0.1, 0.3, 1, 3, 10], tickFormat: String },
    y: { ...ERRORS, label: "worst relative error", grid: true },
    color: COLORS,
    marks: [
      Plot.ruleX([temperature], { stroke: "currentColor", strokeDasharray: "4 4" }),
      Plot.line(points, { x: "t", y: "error", z: "method", stroke: "method", strokeWidth: 2 }),
      Plot.dot(
        points.filter(({ t }) => temperatures.indexOf(t) % 20 === 0),
        {
          x: "t",
          y: "error",
          fill: "method",
          symbol: "method",
        },
      ),
    ],
    symbol: SYMBOLS,
  }));
}

const short = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  return value === 0 || value >= 0.001 ? String(Number(value.toFixed(4))) : value.toExponential(2);
};

/** The error; the result itself where it is 0 or no number, and should not be. */
function cell(got: number, want: number): string {
  const error = relativeError(got, want);
  if (error === undefined) return "below float32";
  if (got === 0 || !Number.isFinite(got)) return String(got);
  return error === 0 ? "exact" : `off by ${error.toExponential(1)}`;
}
