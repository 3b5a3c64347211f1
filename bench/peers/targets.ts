// What is wanted: time over that of the best peer named, at most.
import { type Case, isRowCase, type RowOp } from "./cases.js";
import type { OurName, PeerName } from "./names.js";

/** Peers that run as WebAssembly. */
export const WASM_PEERS: readonly PeerName[] = ["tfjs-wasm", "jax-js", "onnxruntime-web"];

export interface Target {
  title: string;
  covers(item: Case): boolean;
  /** The best of them counts. */
  peers: readonly PeerName[];
  /** Variant of softcell, the most its time over the peer's may be. */
  limits: Readonly<Partial<Record<OurName, number>>>;
}

const rows = (op: RowOp, way: string, least: number, most = Number.POSITIVE_INFINITY) => {
  return (item: Case) =>
    isRowCase(item) && item.op === op && item.way === way && item.cols >= least && item.cols <= most;
};

const stream = (...units: number[]) => {
  return (item: Case) => item.op === "stream" && units.includes(item.H);
};

const sequence = (one: boolean) => {
  return (item: Case) => item.op === "sequence" && (item.B === 1) === one;
};

const training = (...batches: number[]) => {
  return (item: Case) => item.op === "train" && batches.includes(item.B);
};

/** Too long a row for the cost of a call to count. */
const LONG = 1000;

const resident = (op: RowOp, name: string, strict: number): Target => ({
  title: `${name} >= ${LONG} columns, resident, against native PyTorch`,
  covers: rows(op, "resident", LONG),
  peers: ["PyTorch"],
  limits: { strict },
});

const streaming = (peer: PeerName, limit: number, ...units: number[]): Target => ({
  title: `streaming LSTM step, I = H = ${units.join(", ")}, against ${peer}`,
  covers: stream(...units),
  peers: [peer],
  limits: { strict: limit },
});

export const TARGETS: readonly Target[] = [
  {
    title: `softmax >= ${LONG} columns, resident, against tfjs-wasm resident`,
    covers: rows("softmax", "resident", LONG),
    peers: ["tfjs-wasm"],
    limits: { strict: 0.82, relaxed: 0.67 },
  },
  {
    title: `softmax >= ${LONG} columns, array to array, against the best WebAssembly peer`,
    covers: rows("softmax", "array", LONG),
    peers: WASM_PEERS,
    limits: { strict: 0.75, "strict, out": 0.65 },
  },
  {
    title: "softmax of up to 128 columns, array to array, against the best WebAssembly peer",
    covers: rows("softmax", "array", 1, 128),
    peers: WASM_PEERS,
    limits: { strict: 0.3 },
  },
  {
    title: `log-softmax >= ${LONG} columns, array to array, against the best WebAssembly peer`,
    covers: rows("logSoftmax", "array", LONG),
    peers: WASM_PEERS,
    limits: { strict: 0.5 },
  },
  {
    title: `log-sum-exp >= ${LONG} columns, array to array, against the best WebAssembly peer`,
    covers: rows("logSumExp", "array", LONG),
    peers: WASM_PEERS,
    limits: { strict: 0.2 },
  },
  {
    title: `cross-entropy with gradient >= ${LONG} columns, array to array, against jax-js and tfjs`,
    covers: rows("crossEntropy", "array", LONG),
    peers: ["jax-js", "tfjs-wasm", "tfjs-cpu"],
    limits: { strict: 0.06 },
  },
  resident("softmax", "softmax", 0.9),
  resident("logSoftmax", "log-softmax", 0.95),
  resident("logSumExp", "log-sum-exp", 0.9),
  resident("crossEntropy", "cross-entropy with gradient", 0.45),
  streaming("onnxruntime-web", 0.27, 64, 128),
  streaming("onnxruntime-web", 0.53, 256),
  streaming("onnxruntime-web", 0.78, 512),
  streaming("onnxruntime-node", 0.33, 64, 128),
  streaming("onnxruntime-node", 0.66, 256),
  streaming("onnxruntime-node", 0.97, 512),
  {
    title: "LSTM sequence, batch 1, against onnxruntime-web",
    covers: sequence(true),
    peers: ["onnxruntime-web"],
    limits: { strict: 0.73, relaxed: 0.6 },
  },
  {
    title: "LSTM sequence, batch 32, against onnxruntime-web",
    covers: sequence(false),
    peers: ["onnxruntime-web"],
    limits: { strict: 0.6, relaxed: 0.52 },
  },
  {
    title: "LSTM training step, against jax-js",
    covers: training(1, 32),
    peers: ["jax-js"],
    limits: { strict: 0.24 },
  },
  {
    title: "LSTM training step, against tfjs-wasm",
    covers: training(1, 32),
    peers: ["tfjs-wasm"],
    limits: { strict: 0.05 },
  },
  {
    title: "LSTM training step T32 B32, against native PyTorch",
    covers: training(32),
    peers: ["PyTorch"],
    limits: { strict: 1.2, relaxed: 1.03 },
  },
  {
    title: "LSTM training step T25 B1, against native PyTorch",
    covers: training(1),
    peers: ["PyTorch"],
    limits: { strict: 0.16, relaxed: 0.14 },
  },
];

/** gzip of everything that must be loaded, over the smallest of WASM_PEERS. */
export const FOOTPRINT_LIMIT = 0.25;

/** Milliseconds from a cold process to the first result, above an empty one. */
export const COLD_LIMIT = 8;
