// One case, all peers: their results against float64, then their times.
import { type Budget, measure, type Run } from "../harness.js";
import { measureAwaited } from "./awaited.js";
import { type Case, isRowCase, nameOf, sizeOf } from "./cases.js";
import type { Peer, Variant } from "./peer.js";
import { compare, type Expected, expected, lstmInputs, rowInputs, trainInputs } from "./reference.js";
import type { Entry, Result } from "./results.js";

interface Candidate {
  peer: Peer;
  variant: Variant;
  entry: Entry;
}

export async function runCase(item: Case, peers: readonly Peer[], budget: Budget): Promise<Result> {
  const want = expected(item);
  const entries: Entry[] = [];
  const candidates: Candidate[] = [];
  for (const peer of peers) {
    const entry: Entry = { peer: peer.name };
    try {
      await peer.activate?.();
      const variant = await variantOf(peer, item);
      if (!variant) continue;
      candidates.push({ peer, variant, entry });
      entry.deviation = await check(item, variant, want);
    } catch (error) {
      entry.error = error instanceof Error ? error.message : String(error);
    }
    entries.push(entry);
  }
  await timeAll(
    candidates.filter(({ entry }) => !entry.error),
    budget,
  );
  for (const { variant } of candidates) await variant.dispose?.();
  return { name: nameOf(item), size: sizeOf(item), case: item, entries };
}

/** With inputs of its own: training changes them. */
function variantOf(peer: Peer, item: Case) {
  if (isRowCase(item)) return peer.rows?.(item, rowInputs(item));
  return item.op === "train" ? peer.train?.(item, trainInputs(item)) : peer.lstm?.(item, lstmInputs(item));
}

async function check(item: Case, variant: Variant, calls: Expected): Promise<number> {
  let worst = 0;
  for (const want of calls) {
    await variant.run();
    worst = Math.max(worst, compare(item, variant.outputs(), want));
  }
  return worst;
}

/** First those whose calls can take turns one by one, then the others. */
async function timeAll(all: readonly Candidate[], budget: Budget): Promise<void> {
  const of = (timing: Peer["timing"]) => all.filter(({ peer }) => peer.timing === timing);
  await together(of("together"), budget);
  for (const candidate of of("alone")) await together([candidate], budget);
  const awaited = of("awaited");
  const timings = await measureAwaited(runsOf(awaited), budget);
  for (const { peer, entry } of awaited) entry.timing = timings[peer.name];
  for (const { variant, entry } of of("itself")) entry.timing = await variant.time?.(budget);
}

async function together(candidates: readonly Candidate[], budget: Budget): Promise<void> {
  if (candidates.length === 0) return;
  for (const { peer } of candidates) await peer.activate?.();
  const rows = measure(runsOf(candidates), { ...budget, baseline: candidates[0].peer.name });
  candidates.forEach(({ entry }, i) => {
    const { name, ratio, ...timing } = rows[i];
    entry.timing = timing;
  });
}

function runsOf(candidates: readonly Candidate[]): Record<string, Run> {
  return Object.fromEntries(candidates.map(({ peer, variant }) => [peer.name, variant.run]));
}
