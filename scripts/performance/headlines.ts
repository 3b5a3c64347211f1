// The cases that the charts and the README show.
import type { Measurement } from "../../bench/schema.js";
import { measurementsOf, type Name } from "./results.js";

const size = { softmax: "64x4096", step: "I128 H128", training: "T32 B32 I64 H128 V64", sequence: "T100 B1 I128 H128" };

/** Of bench:peers: what they are called, section, size. */
const PEERS = [
  ["softmax 64 x 4096, resident", "softmax, resident", size.softmax],
  ["softmax of 128 numbers, array to array", "softmax, array", "1x128"],
  ["cross-entropy with gradient 64 x 4096, array to array", "cross-entropy + gradient, array", size.softmax],
  ["LSTM streaming step, 128 inputs, 128 units", "LSTM streaming step", size.step],
  ["LSTM, 100 steps, batch 1, 128 units", "LSTM sequence", size.sequence],
  ["LSTM training step, 32 steps, batch 32, 128 units", "LSTM training step", size.training],
] as const;

/** Of bench: what they are called, name, size. */
const PLAIN = [
  ["softmax 32 x 1000, in linear memory", "softmax", "32x1000"],
  ["softmax 64 x 4096", "softmax", size.softmax],
  ["cross-entropy, loss and gradient, 64 x 4096", "cross-entropy + gradient", size.softmax],
  ["LSTM forward, 100 steps, batch 1, 128 inputs, 128 units", "forward", size.sequence],
  ["LSTM streaming step, 128 inputs, 128 units", "streaming step", size.step],
  ["LSTM training step, 32 steps, batch 32, 64 inputs, 128 units, 64 classes", "LSTM training step", size.training],
  ["softmax of 1,000 rows of 10", "softmax", "1000x10"],
  ["exp of 4,096 numbers", "exp", "4096"],
  ["softmax of one row of 10, array to array", "softmax, array -> new array", "10"],
] as const;

/** What each is called, and its measurements. */
export function headlines(name: Name): [title: string, Measurement[]][] {
  const all = measurementsOf(name);
  return (name === "peers" ? PEERS : PLAIN).map(([title, what, size]) => {
    return [title, all.filter((item) => (item.name || item.section) === what && item.size === size)];
  });
}
