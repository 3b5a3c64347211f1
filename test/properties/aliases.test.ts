// Arguments that lie where a call writes: results of calls before, live views of parameters, gradients and results, parts of them.
// They give what copies of them give.
import { expect } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { type Draw, holds } from "../support/property.js";

/** The width of everything, so that any result fits anywhere, and the largest number of rows. */
const W = 4;
const ROWS = 3;

/** Layers whose results and gradients are the arguments of others. */
function layersOf(sc: softcell.Softcell) {
  const steps = { inputSize: W, hiddenSize: W };
  return {
    linear: softcell.linear(sc, { inFeatures: W, outFeatures: W }),
    layerNorm: softcell.layerNorm(sc, { normalizedShape: W }),
    dropout: softcell.dropout(sc, { p: 0.4, seed: 3 }),
    embedding: softcell.embedding(sc, { numEmbeddings: ROWS, embeddingDim: W }),
    lstm: softcell.lstm(sc, steps),
    deep: softcell.lstm(sc, { ...steps, numLayers: 2, recompute: true, dropout: 0.3, dropoutSeed: 5 }),
    both: softcell.lstm(sc, { inputSize: W, hiddenSize: W / 2, bidirectional: true }),
    cell: softcell.lstmCell(sc, steps),
  };
}
type Layers = ReturnType<typeof layersOf>;

interface World {
  sc: softcell.Softcell;
  layers: Layers;
  stream: softcell.LstmStream;
  step?: softcell.LstmCellStep;
}

function worldOf(target: Target): World {
  const sc = open(target, { seed: 1 });
  const layers = layersOf(sc);
  return { sc, layers, stream: layers.lstm.stream({ batch: 2 }) };
}

type Floats = softcell.Floats;
type Step = (world: World, arg: (rows: number) => Floats, draw: Pick<Draw, "flag">) => unknown;

const forward = (name: "linear" | "layerNorm" | "dropout"): Step[] => [
  ({ layers }, arg) => layers[name].forward(arg(ROWS)),
  ({ layers }, arg) => layers[name].forward(arg(2)),
  ({ layers }, arg) => layers[name].backward(arg(ROWS)),
  ({ layers }, arg) => layers[name].backward(arg(2)),
];
const sequences = (name: "lstm" | "deep" | "both"): Step[] => [
  ({ layers }, arg) => layers[name].forward(arg(ROWS), { batch: 1, lengths: [2] }),
  ({ layers }, arg) => layers[name].forward(arg(ROWS), { batch: 1 }),
  ({ layers }, arg) => layers[name].forward(arg(2), { batch: 1 }),
  ({ layers }, arg) => layers[name].backward(arg(ROWS)),
  ({ layers }, arg) => layers[name].backward(arg(2)),
];
const lossOf = ({ loss, ...gradient }: { loss: number | Float32Array }) => [Float32Array.of(Number(loss)), gradient];

/** What may be done next; an error is a result, too. */
const STEPS: Record<string, Step[]> = {
  linear: forward("linear"),
  layerNorm: forward("layerNorm"),
  dropout: forward("dropout"),
  embedding: [
    ({ layers }) => layers.embedding.forward([2, 0, 2]),
    ({ layers }, arg) => layers.embedding.backward(arg(ROWS)),
  ],
  lstm: [
    ...sequences("lstm"),
    ({ layers }, arg) => layers.lstm.forward(arg(2), { batch: 1, h0: arg(1), c0: arg(1) }),
    ({ layers }, arg) => layers.lstm.backward(arg(2), { dhN: arg(1), dcN: arg(1) }),
  ],
  deep: sequences("deep"),
  both: sequences("both"),
  cell: [
    (world, arg) => {
      world.step = world.layers.cell.forward(arg(2), { h: arg(2), c: arg(2) });
      return { h: world.step.h, c: world.step.c };
    },
    ({ layers, step }, arg) => step && layers.cell.backward(step, { dh: arg(2), dc: arg(2) }),
  ],
  stream: [
    ({ stream }, arg) => stream.step(arg(2)),
    ({ stream }, arg) => stream.reset({ h0: arg(2), c0: arg(2) }),
    ({ stream }, arg) => stream.restore({ h: dataOf(arg(2)), c: dataOf(arg(2)) }),
  ],
  operations: [
    ({ sc }, arg) => softcell.softmax(sc, arg(ROWS), { shape: [ROWS, W] }),
    ({ sc }, arg) => softcell.softmax(sc, arg(ROWS), { shape: [ROWS, W], axis: 0, mask: arg(1) }),
    ({ sc }, arg) => softcell.softmaxBackward(sc, arg(2), arg(2), { shape: [2, W] }),
    ({ sc }, arg) => softcell.logSoftmaxBackward(sc, arg(2), arg(2), { shape: [2, W], axis: 0 }),
    ({ sc }, arg) => softcell.logSumExpBackward(sc, arg(1), arg(ROWS), { shape: [W, ROWS] }),
    ({ sc }, arg) => softcell.sparsemaxBackward(sc, arg(2), arg(2), { shape: [2, W] }),
    ({ sc }, arg) => softcell.standardNormalizeBackward(sc, arg(2), arg(2), { shape: [2, W] }),
    ({ sc }, arg) => softcell.gumbelSoftmax(sc, arg(2), { shape: [2, W], hard: true, seed: 1 }),
    ({ sc }, arg) => softcell.tanh(sc, arg(ROWS)),
    ({ sc }, arg) => softcell.siluBackward(sc, arg(2), arg(2)),
    ({ sc }, arg) => softcell.prelu(sc, arg(ROWS), arg(1), { shape: [ROWS, W] }),
    ({ sc }, arg) => softcell.preluBackward(sc, arg(ROWS), arg(ROWS), arg(1), { shape: [ROWS, W] }),
    ({ sc }, arg) => softcell.tensor(sc, [2, W], arg(2)),
  ],
  losses: [
    ({ sc }, arg) => lossOf(softcell.crossEntropy(sc, arg(ROWS), [1, 0, 3], { shape: [ROWS, W], axis: 1, weight: arg(1) })),
    ({ sc }, arg) => lossOf(softcell.crossEntropy(sc, arg(2), arg(2), { shape: [2, W], axis: 1 })),
    ({ sc }, arg) => lossOf(softcell.bceWithLogits(sc, arg(2), arg(2), { weight: arg(2), posWeight: arg(1) })),
    ({ sc }, arg) => lossOf(softcell.mse(sc, arg(2), arg(2))),
    ({ sc }, arg) => lossOf(softcell.klDivergence(sc, arg(ROWS), arg(ROWS), { shape: [ROWS, W], target: "logits" })),
  ],
};
const KINDS = Object.keys(STEPS);

const dataOf = (x: Floats): Float32Array => (x instanceof Float32Array ? x : x.data);

/** The arrays of a result, as they are. */
function floatsIn(result: unknown): Floats[] {
  if (result instanceof Float32Array) return [result];
  if (typeof result !== "object" || result === null) return [];
  if ("pointer" in result) return [result as softcell.Tensor];
  return Object.values(result).flatMap(floatsIn);
}

function outcomeOf(call: () => unknown): Floats[] | string {
  try {
    return floatsIn(call());
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is left of all layers, bit for bit. */
const stateOf = ({ layers, stream }: World): unknown => [
  Object.values(layers).map(({ params }) => Object.values(params).map((p) => [bits(p.data), bits(p.grad)])),
  Object.values(stream.save()).map(bits),
];

describeEach(["strict", "relaxed", "js"], (target) => {
  holds("results and live views as arguments give what copies give", (draw) => {
    const [real, copied] = [worldOf(target), worldOf(target)];
    const pool: Floats[] = [];

    /** An argument that lies somewhere, and what it holds. */
    const drawn = (rows: number): [given: Floats, copy: Float32Array, shape: readonly number[] | undefined] => {
      const n = rows * W;
      const own = Object.values(real.layers).flatMap(({ params }) => Object.values(params));
      const living = pool.filter((x) => (x instanceof Float32Array ? x.length > 0 : !x.disposed) && x.length >= n);
      const way = draw.size(5);
      const parameters = own.filter(({ length }) => length >= n);
      let from: Floats = new Float32Array(draw.normals(n));
      if (way > 1 && living.length > 0) from = draw.pick(living);
      else if (way === 1) from = draw.flag() ? draw.pick(parameters).data : draw.pick(parameters).grad;
      if (!(from instanceof Float32Array) && from.length === n && draw.flag()) return [from, from.data.slice(), from.shape];
      const data = dataOf(from);
      const at = draw.size(data.length - n);
      const view = data.subarray(at, at + n);
      return [view, view.slice(), undefined];
    };

    for (let i = draw.size(12, 4); i > 0; i--) {
      const kind = draw.pick(KINDS);
      const step = draw.pick(STEPS[kind]);
      const copies: [Float32Array, readonly number[] | undefined][] = [];
      const got = outcomeOf(() =>
        step(
          real,
          (rows) => {
            const [given, copy, shape] = drawn(rows);
            copies.push([copy, shape]);
            return given;
          },
          draw,
        ),
      );
      let next = 0;
      const made: softcell.Tensor[] = [];
      const want = outcomeOf(() =>
        step(
          copied,
          () => {
            const [copy, shape] = copies[next++];
            if (!shape) return copy;
            const own = softcell.tensor(copied.sc, shape, copy);
            made.push(own);
            return own;
          },
          draw,
        ),
      );
      if (typeof got === "string" || typeof want === "string") expect(got).toEqual(want);
      else {
        expect(got.map((x) => bits(x)), kind).toEqual(want.map((x) => bits(x)));
        pool.push(...got);
      }
      expect(stateOf(real), `what is left after ${kind}`).toEqual(stateOf(copied));
      for (const own of made) own.dispose();
    }
    real.sc.dispose();
    copied.sc.dispose();
  });
});
