import { test } from "vitest";
import { writeSync } from "node:fs";
import { softmax, tensor } from "../../src/index.js";
import { outcomeOf } from "../support/fuzz.js";
import { Guard } from "../support/guard.js";
import { withHostility } from "../support/hostile.js";
import { Random } from "../support/random.js";
import { make, prepare } from "../support/public/calls.js";
import { CELLS } from "../support/public/lstm.js";
import { TABLE } from "../support/public/table.js";
const ENTRIES = TABLE.filter(({ name, args, options }) => (args || options) && name !== "init");
const SECRET = [1, 22, 333, 4444];
const [from, to] = process.env.CASES!.split(",").map(Number); const target = (process.env.TARGET ?? "strict") as never;
test("one", () => {
const counts: Record<string, number> = {}; const msgs: Record<string, number> = {};
const t00 = performance.now();
for (let i = from; i < to; i++) {
  const random = new Random(2 ** 20 + i);
  const t0 = performance.now(); if (process.env.V) writeSync(2, i + " ");
  const entry = ENTRIES[i % ENTRIES.length];
    const [rows, cols, hidden] = [2 + random.below(4), 2 + random.below(30), 2 + random.below(4)];
    const sizes = { rows, cols, hidden, batch: 1 + random.below(3), layers: 1 + random.below(2) };
    const flags = { both: random.below(2) === 0, out: random.below(2) === 0, full: false, explicit: true };
    const cell = random.below(CELLS.length);
    let guard: any, victim: any;
    const places = random.below(2 ** 30);
    const plan = { target, seed: i, ...sizes, ...flags, cell, axis: random.below(2), places };
  try {
    const call = prepare(entry, plan, (sc) => { guard = new Guard(sc); victim = tensor(sc, [4], SECRET); });
    const wrong = withHostility(call, random);
    let err: any;
    const outcome = outcomeOf(() => { try { make(wrong); } catch (e) { err = e; throw e; } });
    if (err && !/expected|disposed|cannot grow/.test(err.message)) { const k = entry.name + ": " + err.message + "\n" + err.stack.split("\n").slice(1,4).join("\n"); msgs[k] = (msgs[k] ?? 0) + 1; }
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    guard.check();
    if (victim.disposed) continue;
    if (victim.data.some((v: number, k: number) => v !== SECRET[k])) throw new Error(`${entry.name} changed another tensor`);
    if (softmax(call.c.sc, [1, 1])[0] !== 0.5) throw new Error(`${entry.name} broke the instance`);
  } catch (e: any) { console.log("CASE", i, entry.on, entry.name, e.stack.split("\n").slice(0, 6).join("\n")); }
  const d = performance.now() - t0; if (d > 1500) console.log("slow", i, entry.on, entry.name, d.toFixed(0));
}
console.log(counts, ((performance.now() - t00) / (to - from)).toFixed(2), "ms"); console.log(msgs);


});
