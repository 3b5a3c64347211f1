import { type BackendName, init } from "softcell";
import type { News, Order } from "./dinosaurs-messages.js";
import { MEMORY } from "./memory.js";
import { messageOf } from "./page.js";
import { SEED, Session } from "./session.js";

/** Names are invented after so many steps. */
const NAMES_EVERY = 50;
/** The worker listens after so many milliseconds of training. */
const SLICE = 60;

let session: Session | undefined;
let running = false;
let name = "";

const tell = (news: News) => postMessage(news);

/** Orders wait for the one before: the first one loads the kernels. */
let last = Promise.resolve();
addEventListener("message", ({ data }: MessageEvent<Order>) => {
  last = last.then(() => obey(data)).catch(fail);
});

function fail(error: unknown): void {
  running = false;
  tell({ type: "error", message: messageOf(error) });
}

async function obey(order: Order): Promise<void> {
  if (order.type === "start") return start(order.backend);
  if (!session) throw new Error("the training has not started");
  if (order.type === "run" && !running) {
    running = true;
    slice(session);
  } else if (order.type === "pause") {
    running = false;
  } else if (order.type === "step") {
    running = false;
    advance(session, 0);
  } else if (order.type === "read") {
    name = order.name;
    tell({ type: "gates", step: session.step, gates: session.gates(name) });
  }
}

async function start(backend: "auto" | BackendName): Promise<void> {
  const sc = await init({ backend, seed: SEED, memory: MEMORY });
  session = new Session(sc);
  const { corpus, bigram } = session;
  const [trained, heldOut] = [corpus.train.length, corpus.heldOut.length];
  tell({ type: "ready", backend: sc.backend, trained, heldOut, bigram });
  tell({ type: "names", step: 0, names: session.names() });
}

function slice(session: Session): void {
  if (!running) return;
  try {
    advance(session, SLICE);
  } catch (error) {
    fail(error);
  }
  // orders arrive between two slices
  if (running) setTimeout(slice, 0, session);
}

/** At least one step, and more for so many milliseconds. */
function advance(session: Session, milliseconds: number): void {
  if (session.done) return;
  const end = performance.now() + milliseconds;
  const losses: number[] = [];
  do losses.push(session.next());
  while (!session.done && session.step % NAMES_EVERY !== 0 && performance.now() < end);
  tell({ type: "steps", step: session.step, losses });
  if (session.step % NAMES_EVERY === 0) tell({ type: "names", step: session.step, names: session.names() });
  tell({ type: "gates", step: session.step, gates: session.gates(name) });
  if (!session.done) return;
  running = false;
  tell({ type: "done", heldOutLoss: session.heldOutLoss(), fingerprint: session.fingerprint() });
}
