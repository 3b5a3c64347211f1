// Every public function with arguments and options that lie, change, and do something in the middle of the call: dispose,
// grow, resize, detach, call again. Whatever it ends with, nothing outside of what it may write is written.
import { softmax, tensor } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { fuzz, outcomeOf } from "../support/fuzz.js";
import { Guard } from "../support/guard.js";
import { withHostility } from "../support/hostile.js";
import { make, prepare } from "../support/public/calls.js";
import { CELLS } from "../support/public/lstm.js";
import { TABLE } from "../support/public/table.js";

/** init() makes a promise; the others have no arguments. */
const ENTRIES = TABLE.filter(({ name, args, options }) => (args || options) && name !== "init");
/** Numbers of a tensor that nobody is told about. */
const SECRET = [1, 22, 333, 4444];

describeEach(["strict", "relaxed", "js"], (target) => {
  fuzz(`hostile arguments on ${target}`, target === "strict" ? 6000 : 2000, (random, i) => {
    const entry = ENTRIES[i % ENTRIES.length];
    const [rows, cols, hidden] = [2 + random.below(4), 2 + random.below(30), 2 + random.below(4)];
    const sizes = { rows, cols, hidden, batch: 1 + random.below(3), layers: 1 + random.below(2) };
    const flags = { both: random.below(2) === 0, out: random.below(2) === 0, full: false, explicit: true };
    const cell = random.below(CELLS.length);
    let guard: Guard | undefined;
    let victim: ReturnType<typeof tensor> | undefined;
    const places = random.below(2 ** 30);
    const plan = { target, seed: i, ...sizes, ...flags, cell, axis: random.below(2), places };
    const call = prepare(entry, plan, (sc) => {
      guard = new Guard(sc);
      victim = tensor(sc, [4], SECRET);
    });
    const wrong = withHostility(call, random);
    const outcome = outcomeOf(() => make(wrong));
    guard?.check();
    if (victim?.disposed) return `${outcome}, the instance is gone`;
    if (victim?.data.some((v, k) => v !== SECRET[k])) throw new Error(`${entry.name} changed another tensor`);
    // the kernels' constants, and the heap
    if (softmax(call.c.sc, [1, 1])[0] !== 0.5) throw new Error(`${entry.name} broke the instance`);
    return outcome;
  });
});
