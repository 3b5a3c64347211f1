// What is compared: sizes, and which way the numbers go in and out.

export const ROW_OPS = ["softmax", "logSoftmax", "logSumExp", "crossEntropy"] as const;
export type RowOp = (typeof ROW_OPS)[number];

/** resident: the numbers lie where the peer computes. array: from an array of the user's to a new one. */
export type Way = "resident" | "array";

/** crossEntropy: the mean loss and its gradient. */
export interface RowCase {
  op: RowOp;
  way: Way;
  rows: number;
  cols: number;
}

/** One LSTM layer from state 0. stream: one step a call, T = B = 1. train: with V classes, see bench/families/train.ts. */
export interface LstmCase {
  op: "stream" | "sequence" | "train";
  T: number;
  B: number;
  I: number;
  H: number;
  V: number;
}

export type Case = RowCase | LstmCase;

/** Rows x columns. */
const LARGE = [
  [32, 1000],
  [64, 4096],
  [8, 131072],
];
const SMALL = [
  [1, 10],
  [1, 128],
  [100, 10],
];

const rowCases = ROW_OPS.flatMap((op) =>
  (["resident", "array"] as const).flatMap((way) =>
    [...LARGE, ...SMALL].map(([rows, cols]): RowCase => ({ op, way, rows, cols })),
  ),
);

const streams = [64, 128, 256, 512].map((H): LstmCase => ({ op: "stream", T: 1, B: 1, I: H, H, V: 0 }));

const sequences = [
  [100, 1, 128, 128],
  [32, 32, 128, 256],
  [100, 32, 64, 128],
].map(([T, B, I, H]): LstmCase => ({ op: "sequence", T, B, I, H, V: 0 }));

const training: LstmCase[] = [
  { op: "train", T: 32, B: 32, I: 64, H: 128, V: 64 },
  { op: "train", T: 25, B: 1, I: 65, H: 100, V: 65 },
];

export const CASES: readonly Case[] = [...rowCases, ...streams, ...sequences, ...training];

export const isRowCase = (item: Case): item is RowCase => "rows" in item;

const NAMES: Record<Case["op"], string> = {
  softmax: "softmax",
  logSoftmax: "log-softmax",
  logSumExp: "log-sum-exp",
  crossEntropy: "cross-entropy + gradient",
  stream: "LSTM streaming step",
  sequence: "LSTM sequence",
  train: "LSTM training step",
};

export function nameOf(item: Case): string {
  return isRowCase(item) ? `${NAMES[item.op]}, ${item.way}` : NAMES[item.op];
}

export function sizeOf(item: Case): string {
  if (isRowCase(item)) return `${item.rows}x${item.cols}`;
  const { op, T, B, I, H, V } = item;
  if (op === "stream") return `I${I} H${H}`;
  return `T${T} B${B} I${I} H${H}${op === "train" ? ` V${V}` : ""}`;
}
