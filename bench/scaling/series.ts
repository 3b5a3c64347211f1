// What grows: one size of a case at a time, in steps of two or four.
import type { Case } from "../cases.js";
import { forwardCase, streamCase, trainingCase } from "../families/lstm.js";
import { crossEntropyCase, rowCase } from "../families/rows.js";

export type Axis = "rows" | "columns" | "T" | "B" | "H";

export interface Series {
  axis: Axis;
  name: string;
  /** Of time over the size, both as logarithms, where the size is all that counts. */
  slope: number;
  /** Each with the size that grows, from the least. */
  points: readonly { x: number; item: Case }[];
}

function series(axis: Axis, name: string, slope: number, sizes: readonly number[], make: (x: number) => Case): Series {
  return { axis, name, slope, points: sizes.map((x) => ({ x, item: make(x) })) };
}

const ROWS = [1, 4, 16, 64, 256, 1024];
const COLUMNS = [16, 64, 256, 1024, 4096, 16384, 65536];
const STEPS = [4, 8, 16, 32, 64, 128, 256];
const BATCHES = [1, 2, 4, 8, 16, 32, 64];
/** Up to 64 inputs and units together a layer is computed in float64. */
const UNITS = [64, 96, 128, 192, 256, 384, 512];

const LAYER = { I: 64, H: 128 };

export const SERIES: readonly Series[] = [
  series("rows", "softmax, 1000 columns", 1, ROWS, (rows) => rowCase("softmax", { rows, cols: 1000 })),
  series("rows", "cross-entropy, 1000 columns", 1, ROWS, (rows) => crossEntropyCase({ rows, cols: 1000 })),
  series("columns", "softmax, 16 rows", 1, COLUMNS, (cols) => rowCase("softmax", { rows: 16, cols })),
  series("columns", "cross-entropy, 16 rows", 1, COLUMNS, (cols) => crossEntropyCase({ rows: 16, cols })),
  series("T", "LSTM forward, B8 I64 H128", 1, STEPS, (T) => forwardCase({ T, B: 8, ...LAYER })),
  series("T", "forward + backward, B8 I64 H128", 1, STEPS, (T) => trainingCase({ T, B: 8, ...LAYER })),
  series("B", "LSTM forward, T16 I64 H128", 1, BATCHES, (B) => forwardCase({ T: 16, B, ...LAYER })),
  series("B", "forward + backward, T16 I64 H128", 1, BATCHES, (B) => trainingCase({ T: 16, B, ...LAYER })),
  series("H", "LSTM streaming step, I = H", 2, UNITS, streamCase),
  series("H", "LSTM forward, T16 B8 I = H", 2, UNITS, (H) => forwardCase({ T: 16, B: 8, I: H, H })),
  series("H", "forward + backward, T16 B8 I = H", 2, UNITS, (H) => trainingCase({ T: 16, B: 8, I: H, H })),
];
