// Runs the package in every host that a page has, sends what they tell, and goes on to the isolated page.

import { type SharedMemory, sharedMemory } from "./memory.js";
import { outcome, type Told } from "./outcome.js";

/** The first message from a source, or its error. */
function message(source: EventTarget, from: unknown = null): Promise<Told> {
  return new Promise((resolve) => {
    source.addEventListener("error", (event) => resolve({ error: (event as ErrorEvent).message ?? "no script" }));
    source.addEventListener("message", (event) => {
      const { data, source: sender } = event as MessageEvent;
      if (sender === from) resolve(data);
    });
  });
}

async function framed(policy: string): Promise<Told> {
  const frame = document.createElement("iframe");
  frame.src = `page.html?policy=${policy}`;
  document.body.append(frame);
  return message(window, frame.contentWindow);
}

async function serviceWorker(): Promise<Told> {
  const registration = await navigator.serviceWorker.register("service-worker.js", { type: "module" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  const { port1, port2 } = new MessageChannel();
  const told = message(port1);
  port1.start();
  worker?.postMessage("", [port2]);
  return told.finally(() => registration.unregister());
}

/** Rendered offline: a live context stays suspended where there is no sound. */
async function worklet(modules: object): Promise<Told> {
  const context = new OfflineAudioContext(1, 128, 44100);
  await context.audioWorklet.addModule("bare.js");
  await context.audioWorklet.addModule("worklet.js");
  const node = new AudioWorkletNode(context, "softcell", { processorOptions: modules });
  const told = message(node.port);
  node.port.start();
  node.connect(context.destination);
  await context.startRendering();
  return told;
}

const bytes = async (name: string) => (await fetch(`dist/${name}.wasm`)).arrayBuffer();

async function modules() {
  const strict = await WebAssembly.compile(await bytes("strict"));
  const relaxed = await WebAssembly.compile(await bytes("relaxed")).catch(() => undefined);
  return { strict, relaxed };
}

const HOSTS = {
  page: () => outcome(),
  "policy without `'wasm-unsafe-eval'`": () => framed("forbidden"),
  "policy with `'wasm-unsafe-eval'`": () => framed("allowed"),
  "Web Worker": () => message(new Worker("worker.js", { type: "module" })),
  "Service Worker": serviceWorker,
  "AudioWorklet, `initSync()`": () => worklet({}),
  "AudioWorklet, `initSync({ module })` with bytes": async () =>
    worklet({ strict: await bytes("strict"), relaxed: await bytes("relaxed") }),
  "AudioWorklet, `initSync({ module })` with a compiled module": async () => worklet(await modules()),
};
export type Host = keyof typeof HOSTS;

type Settled<T> = T | { error: string };

export interface Found {
  isolated: boolean;
  hosts: Record<Host, Told>;
  memory: Settled<SharedMemory>;
  /** What the README's quick start prints. */
  quickStart: Settled<string[]>;
}

async function quickStart(): Promise<string[]> {
  const lines: string[] = [];
  console.log = (...values) => lines.push(values.join(" "));
  await import(new URL("quick-start.js", location.href).href);
  return lines;
}

const SECONDS = 30;

/** What it comes to, in time. */
async function settled<T>(run: () => Promise<T>): Promise<Settled<T>> {
  const late = new Promise<{ error: string }>((resolve) => {
    setTimeout(() => resolve({ error: `no answer in ${SECONDS} seconds` }), 1000 * SECONDS);
  });
  return Promise.race([run().catch((error) => ({ error: `${error}` })), late]);
}

const hosts: Record<string, Told> = {};
for (const [name, run] of Object.entries(HOSTS)) hosts[name] = await settled(run);
const [memory, printed] = [await settled(sharedMemory), await settled(quickStart)];
const found = { isolated: crossOriginIsolated, hosts, memory, quickStart: printed };
const isolated = location.pathname.startsWith("/isolated/");
await fetch(isolated ? "/isolated-found" : "/found", { method: "POST", body: JSON.stringify(found) });
if (!isolated) location.href = "/isolated/index.html";
