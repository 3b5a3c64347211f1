// What is wanted: softcell over the best of the peers named, at most, in the worst of the cases.
import { caseOf, groupBy } from "../report.js";
import { exactly, type Measurement, targeted } from "../schema.js";
import type { OurName, PeerName } from "./names.js";

export const OVER = "softcell over the best peer";
export const FOOTPRINT = "to load, gzip";

/** Peers that run as WebAssembly. */
export const WASM_PEERS: readonly PeerName[] = ["tfjs-wasm", "jax-js", "onnxruntime-web"];

export interface Target {
  section: string;
  cases: readonly string[];
  peers: readonly PeerName[];
  /** The most it may be, by variant of softcell. */
  limits: Readonly<Partial<Record<OurName | "softcell", number>>>;
}

/** Rows so long that the cost of a call does not count, and others. */
const LONG = ["32x1000", "64x4096", "8x131072"];
const SHORT = ["1x10", "1x128", "100x10"];
const ALONE = ["T100 B1 I128 H128"];
const BATCHES = ["T32 B32 I128 H256", "T100 B32 I64 H128"];
const LARGE = ["T32 B32 I64 H128 V64"];
const SMALL = ["T25 B1 I65 H100 V65"];
const STEPS = [["I64 H64", "I128 H128"], ["I256 H256"], ["I512 H512"]];

const target = (
  section: string,
  cases: readonly string[],
  peers: readonly PeerName[],
  limits: Target["limits"] | number,
): Target => ({ section, cases, peers, limits: typeof limits === "number" ? { strict: limits } : limits });

export const TARGETS: readonly Target[] = [
  target("softmax, resident", LONG, ["tfjs-wasm"], { strict: 0.82, relaxed: 0.67 }),
  target("softmax, array", LONG, WASM_PEERS, { strict: 0.75, "strict, out": 0.65 }),
  target("softmax, array", SHORT, WASM_PEERS, 0.3),
  target("log-softmax, array", LONG, WASM_PEERS, 0.5),
  target("log-sum-exp, array", LONG, WASM_PEERS, 0.2),
  target("cross-entropy + gradient, array", LONG, ["jax-js", "tfjs-wasm", "tfjs-cpu"], 0.06),
  target("softmax, resident", LONG, ["PyTorch"], 0.9),
  target("log-softmax, resident", LONG, ["PyTorch"], 0.95),
  target("log-sum-exp, resident", LONG, ["PyTorch"], 0.9),
  target("cross-entropy + gradient, resident", LONG, ["PyTorch"], 0.45),
  ...[0.27, 0.53, 0.78].map((most, i) => target("LSTM streaming step", STEPS[i], ["onnxruntime-web"], most)),
  ...[0.33, 0.66, 0.97].map((most, i) => target("LSTM streaming step", STEPS[i], ["onnxruntime-node"], most)),
  target("LSTM sequence", ALONE, ["onnxruntime-web"], { strict: 0.73, relaxed: 0.6 }),
  target("LSTM sequence", BATCHES, ["onnxruntime-web"], { strict: 0.6, relaxed: 0.52 }),
  target("LSTM training step", [...LARGE, ...SMALL], ["jax-js"], 0.24),
  target("LSTM training step", [...LARGE, ...SMALL], ["tfjs-wasm"], 0.05),
  target("LSTM training step", LARGE, ["PyTorch"], { strict: 1.2, relaxed: 1.03 }),
  target("LSTM training step", SMALL, ["PyTorch"], { strict: 0.16, relaxed: 0.14 }),
  target(FOOTPRINT, ["total"], WASM_PEERS, { softcell: 0.25 }),
];

/** Milliseconds from a cold process to the first result, above an empty one. */
export const COLD_LIMIT = 8;

/** Every target with the worst of its cases. */
export function overPeers(all: readonly Measurement[]): Measurement[] {
  return TARGETS.flatMap(({ section, cases, peers, limits }) => {
    const own = all.filter((item) => item.section === section && cases.includes(caseOf(item)));
    return Object.entries(limits).map(([variant, limit]) => {
      const worst = [...groupBy(own, caseOf)]
        .flatMap(([name, items]) => over(name, items, variant, peers))
        .sort((a, b) => b.ratio - a.ratio)[0];
      const measured = worst ? exactly("", worst.ratio) : exactly("", 0, 0);
      const name = `${section}: ${cases.join(", ")}; against ${peers.join(", ")}`;
      const place = { section: OVER, name, size: worst ? `(${worst.name}, ${worst.peer})` : "", variant };
      return targeted({ ...place, ...measured }, "median", limit);
    });
  });
}

/** Nothing where one of both sides was not measured. */
function over(name: string, items: readonly Measurement[], variant: string, peers: readonly string[]) {
  const ours = items.find((item) => item.variant === variant);
  const [best] = items.filter((item) => peers.includes(item.variant)).sort((a, b) => a.median - b.median);
  return ours && best ? [{ name, ratio: ours.median / best.median, peer: best.variant }] : [];
}
