// A short training run for every host: no clock, no Math.sin, no text, since engines differ or have none.
import type * as Entry from "softcell";

type Name = "strict" | "relaxed" | "js";

export interface Outcome {
  /** What init() takes here, and why. */
  backend: string;
  reason: string;
  /** Sixteen digits for each backend that runs, and why the others do not. */
  fingerprints: Partial<Record<Name, string>>;
  refusals: Partial<Record<Name, string>>;
}

// a layer of each kind: 5 + 24 inputs and units are computed in float64, 48 + 24 are not
const [STEPS, BATCH, INPUT, HIDDEN, CLASSES, UPDATES] = [5, 6, 5, 24, 3, 4];

/** Trains on each backend. `modules`: compiled, for hosts that compile no bytes. */
export async function train(
  softcell: typeof Entry,
  modules: Partial<Record<Name, WebAssembly.Module>> = {},
): Promise<Outcome> {
  const { backend, backendReason } = await softcell.init({ module: modules.strict });
  const outcome: Outcome = { backend, reason: backendReason, fingerprints: {}, refusals: {} };
  for (const name of ["strict", "relaxed", "js"] as const) {
    try {
      const sc = await softcell.init({ backend: name, module: modules[name], seed: 7 });
      outcome.fingerprints[name] = hash(trained(softcell, sc));
      sc.dispose();
    } catch (error) {
      outcome.refusals[name] = error instanceof Error ? error.message : String(error);
    }
  }
  return outcome;
}

/** The weights and the last softmax. */
function trained(
  { lstm, linear, adam, clipGradNorm, crossEntropy, softmax, saveCheckpoint, loadCheckpoint }: typeof Entry,
  sc: Entry.Softcell,
): Float32Array[] {
  const create = () => {
    const memory = lstm(sc, { inputSize: INPUT, hiddenSize: HIDDEN, numLayers: 2, bidirectional: true });
    const head = linear(sc, { inFeatures: 2 * HIDDEN, outFeatures: CLASSES });
    return { model: { memory, head }, optimizer: adam(sc, [memory, head], { lr: 0.01 }) };
  };
  let run = create();
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const x = Float32Array.from({ length: STEPS * BATCH * INPUT }, next);
  const targets = Int32Array.from({ length: STEPS * BATCH }, () => Math.floor((CLASSES * (next() + 1)) / 2));
  let last: Float32Array = new Float32Array(0);
  for (let update = 0; update < UPDATES; update++) {
    if (update === 2) {
      // goes on from a file, which changes nothing
      const bytes = saveCheckpoint(sc, { ...run, step: update });
      run = create();
      loadCheckpoint(sc, bytes, run);
    }
    const { optimizer } = run;
    const { memory, head } = run.model;
    optimizer.zeroGrad();
    const logits = head.forward(memory.forward(x, { batch: BATCH }).output);
    last = softmax(sc, logits.data.slice(), { cols: CLASSES });
    const { dlogits } = crossEntropy(sc, logits, targets, { out: logits });
    memory.backward(head.backward(dlogits));
    clipGradNorm(sc, [memory, head], 0.5);
    optimizer.step();
  }
  return [
    ...Object.values(run.model).flatMap((layer) => Object.values(layer.stateDict()).map(({ data }) => data)),
    last,
  ];
}

/** FNV-1a over the bits, and over the same backwards: sixteen hexadecimal digits. */
function hash(arrays: readonly Float32Array[]): string {
  const bits = arrays.flatMap((data) => [...new Uint32Array(data.slice().buffer)]);
  const fold = (h: number, word: number) => Math.imul(h ^ word ^ (word >>> 16), 16777619) >>> 0;
  const digits = (h: number) => `0000000${h.toString(16)}`.slice(-8);
  return digits(bits.reduce(fold, 2166136261)) + digits(bits.reduceRight(fold, 2166136261));
}
