// The dinosaur LSTM, trained in a worker: its loss, the names that it invents, its gates, its fingerprint.
import * as Plot from "@observablehq/plot";
import { FINGERPRINT } from "../../examples/dinosaurs/fingerprint.js";
import { draw } from "./chart.js";
import { type Gates, type News, type Order, STEPS } from "./dinosaurs-messages.js";
import { drawGate, means, onThemeChange } from "./heat-map.js";
import { byId, make, messageOf, tableRow } from "./page.js";

const GATES = ["input gate", "forget gate", "candidate", "output gate"];
/** Steps from one announcement to the next. */
const SPOKEN = 100;

type State = "idle" | "running" | "paused" | "done";

const status = byId("training-status", HTMLElement);
const progress = byId("training-progress", HTMLProgressElement);
const names = byId("names", HTMLUListElement);
const start = byId("training-run", HTMLButtonElement);
const once = byId("training-step", HTMLButtonElement);
const again = byId("training-reset", HTMLButtonElement);
const backend = byId("training-backend", HTMLSelectElement);
const word = byId("word", HTMLInputElement);

let worker: Worker | undefined;
let state: State = "idle";
let losses: number[] = [];
let bigram = Number.NaN;
let gates: Gates | undefined;
let runs = "";

export function showDinosaurs(): void {
  progress.max = STEPS;
  start.addEventListener("click", () => {
    if (state === "running") return pause();
    if (state === "done") reset();
    order({ type: "run" }, "running");
  });
  once.addEventListener("click", () => order({ type: "step" }, "paused"));
  again.addEventListener("click", reset);
  backend.addEventListener("change", reset);
  word.addEventListener("input", () => worker && tell({ type: "read", name: word.value }));
  onThemeChange(showGates);
  enter("idle");
  showLoss();
}

const tell = (message: Order) => worker?.postMessage(message);

/** Starts the worker where there is none. */
function order(message: Order, next: State): void {
  if (!worker) {
    worker = new Worker(new URL("./dinosaurs.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));
    worker.addEventListener("error", (event) => hear({ type: "error", message: messageOf(event.message) }));
    tell({ type: "start", backend: backend.value as "auto" });
    tell({ type: "read", name: word.value });
    status.textContent = "Loading the names …";
  }
  enter(next);
  tell(message);
}

function pause(): void {
  tell({ type: "pause" });
  enter("paused");
  status.textContent = `Paused after ${losses.length} of ${STEPS} steps.`;
}

function reset(): void {
  worker?.terminate();
  worker = undefined;
  losses = [];
  gates = undefined;
  names.replaceChildren();
  byId("fingerprints", HTMLElement).hidden = true;
  byId("gates", HTMLElement).hidden = true;
  progress.value = 0;
  enter("idle");
  showLoss();
  status.textContent = "Ready to train.";
}

function enter(next: State): void {
  state = next;
  start.textContent = { idle: "Train", running: "Pause", paused: "Continue", done: "Train again" }[state];
  once.disabled = state === "done";
  again.disabled = state === "idle";
  // a disabled button would lose the focus to the top of the page
  const active = document.activeElement;
  if ((active === once || active === again) && (active as HTMLButtonElement).disabled) start.focus();
}

function hear(news: News): void {
  switch (news.type) {
    case "ready":
      bigram = news.bigram;
      runs = `${news.trained} names, ${news.heldOut} more held out, backend ${news.backend}`;
      status.textContent = `Training on ${runs}.`;
      return;
    case "steps":
      losses.push(...news.losses);
      progress.value = news.step;
      showLoss();
      if (state === "paused") status.textContent = `Paused after ${news.step} of ${STEPS} steps, loss ${last()}.`;
      else if (news.step % SPOKEN === 0)
        status.textContent = `${news.step} of ${STEPS} steps, loss ${last()}; ${runs}.`;
      return;
    case "names":
      names.prepend(
        make("li", [make("strong", news.step ? `After ${news.step} steps: ` : "Untrained: "), text(news.names)]),
      );
      return;
    case "gates":
      gates = news.gates;
      showGates();
      return;
    case "done":
      enter("done");
      finish(news.heldOutLoss, news.fingerprint);
      return;
    case "error":
      enter("paused");
      status.textContent = `It stopped: ${news.message}`;
  }
}

const text = (all: readonly string[]) => document.createTextNode(all.join(", "));

const last = () => losses[losses.length - 1].toFixed(3);

function finish(heldOutLoss: number, fingerprint: string): void {
  const same = fingerprint === FINGERPRINT;
  const verdict = same
    ? "The same weights, bit for bit, as recorded in Node."
    : "Other weights than recorded: relaxed fuses multiply and add, so that its bits depend on the engine.";
  byId("fingerprint-got", HTMLElement).textContent = fingerprint;
  byId("fingerprint-recorded", HTMLElement).textContent = FINGERPRINT;
  byId("fingerprint-verdict", HTMLElement).textContent = verdict;
  byId("fingerprints", HTMLElement).hidden = false;
  status.textContent =
    `Done. Held-out loss ${heldOutLoss.toFixed(3)} nats a character, ` +
    `a bigram model has ${bigram.toFixed(3)}. ${verdict}`;
}

function showLoss(): void {
  const points = losses.map((loss, i) => ({ step: i + 1, loss }));
  const label = `Curve: the loss of each step, ${losses.length ? `now ${last()}` : "none yet"}.`;
  draw(byId("loss", HTMLElement), label, () => ({
    height: 260,
    marginLeft: 40,
    x: { label: "step", domain: [0, STEPS], ticks: 5 },
    y: { label: "nats a character", domain: [1, 3.5], grid: true, ticks: 5 },
    marks: [
      Number.isFinite(bigram) ? Plot.ruleY([bigram], { stroke: "var(--orange)", strokeDasharray: "6 5" }) : null,
      Number.isFinite(bigram)
        ? Plot.text([[STEPS, bigram]], { text: () => "bigram model", fill: "var(--orange)", textAnchor: "end", dy: -9 })
        : null,
      Plot.line(points, { x: "step", y: "loss", stroke: "var(--blue)", strokeWidth: 1.5, clip: true }),
    ],
  }));
}

function showGates(): void {
  if (!gates) return;
  const given = gates;
  byId("gates", HTMLElement).hidden = false;
  const letters = [...given.text].map((c) => (c === "\n" ? "start" : c));
  GATES.forEach((name, gate) => {
    const canvas = byId(`gate-${gate}`, HTMLCanvasElement);
    drawGate(canvas, given, gate);
    canvas.nextElementSibling?.replaceChildren(...[...given.text].map((c) => make("span", c === "\n" ? "·" : c)));
    canvas.setAttribute("aria-label", `${name} of ${given.hidden} units while "${given.text.trim()}" is read`);
  });
  byId("gate-letters", HTMLTableSectionElement).replaceChildren(
    ...letters.map((letter, t) => tableRow([letter, ...GATES.map((_, gate) => means(given, gate)[t].toFixed(2))])),
  );
}
