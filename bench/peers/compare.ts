// One case, all peers: their results against float64, then their times.
import { wrong } from "../command.js";
import { type Budget, measure, type Run, type Timing } from "../harness.js";
import { against, type Measurement, nanoseconds } from "../schema.js";
import { measureAwaited } from "./awaited.js";
import { type Case, isRowCase, nameOf, sizeOf } from "./cases.js";
import { OUR_NAMES } from "./names.js";
import type { Peer, Variant } from "./peer.js";
import { compare, type Expected, expected, lstmInputs, rowInputs, trainInputs } from "./reference.js";

interface Candidate {
  peer: Peer;
  variant: Variant;
  deviation: number;
  timing?: Timing;
}

/** Which are wrong is told in the notes. */
export async function runCase(
  item: Case,
  peers: readonly Peer[],
  budget: Budget,
  notes: string[],
): Promise<Measurement[]> {
  const want = expected(item);
  const made: Variant[] = [];
  const right: Candidate[] = [];
  for (const peer of peers) {
    try {
      await peer.activate?.();
      const variant = await variantOf(peer, item);
      if (!variant) continue;
      made.push(variant);
      right.push({ peer, variant, deviation: await check(item, variant, want) });
    } catch (error) {
      notes.push(wrong(`${nameOf(item)} ${sizeOf(item)}, ${peer.name}`, error));
    }
  }
  await timeAll(right, budget);
  for (const variant of made) await variant.dispose?.();
  return measurementsOf(item, right);
}

/** Each against the first variant of softcell, which is strict. */
function measurementsOf(item: Case, candidates: readonly Candidate[]): Measurement[] {
  const first = candidates.find(({ peer }) => peer.name === OUR_NAMES[0])?.timing;
  return candidates.flatMap(({ peer, timing, deviation }) => {
    if (!timing) return [];
    const place = { section: nameOf(item), name: "", size: sizeOf(item), variant: peer.name };
    const measured = { ...place, ...nanoseconds(timing), deviation };
    return first && first !== timing ? against(measured, first.median, OUR_NAMES[0]) : measured;
  });
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
  for (const candidate of awaited) candidate.timing = timings[candidate.peer.name];
  for (const candidate of of("itself")) candidate.timing = await candidate.variant.time?.(budget);
}

async function together(candidates: readonly Candidate[], budget: Budget): Promise<void> {
  if (candidates.length === 0) return;
  for (const { peer } of candidates) await peer.activate?.();
  const rows = measure(runsOf(candidates), { ...budget, baseline: candidates[0].peer.name });
  for (const [i, candidate] of candidates.entries()) candidate.timing = rows[i];
}

function runsOf(candidates: readonly Candidate[]): Record<string, Run> {
  return Object.fromEntries(candidates.map(({ peer, variant }) => [peer.name, variant.run]));
}
