// Checkpoints: a run that is cut after any step and goes on in a new instance ends with the same bits.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { open } from "../support/instance.js";
import { Random } from "../support/random.js";
import { not, thrownBy } from "../support/refused.js";

const [STEPS, BATCH, T, VOCABULARY, HIDDEN] = [6, 2, 3, 5, 4];

type OptimizerName = "sgd" | "adam" | "adamW" | "rmsprop";

/** Everything that a step depends on besides its number: dropout with and without seeds, states carried on, draws, a rate. */
class Run {
  readonly sc: softcell.Softcell;
  readonly model: {
    embedding: softcell.Embedding;
    memory: softcell.Lstm;
    drop: softcell.Dropout;
    seeded: softcell.Dropout;
    head: softcell.Linear;
  };
  readonly optimizer: softcell.Adam | softcell.Sgd | softcell.Rmsprop;
  readonly losses: number[] = [];

  constructor(target: Target, name: OptimizerName, seed = 1) {
    const sc = open(target, { seed });
    this.sc = sc;
    this.model = {
      embedding: softcell.embedding(sc, { numEmbeddings: VOCABULARY, embeddingDim: HIDDEN }),
      memory: softcell.lstm(sc, {
        inputSize: HIDDEN,
        hiddenSize: HIDDEN,
        numLayers: 2,
        dropout: 0.4,
        dropoutSeed: 5,
        stateful: true,
      }),
      drop: softcell.dropout(sc, { p: 0.3 }),
      seeded: softcell.dropout(sc, { p: 0.3, seed: 9 }),
      head: softcell.linear(sc, { inFeatures: HIDDEN, outFeatures: VOCABULARY }),
    };
    const layers = Object.values(this.model);
    if (name === "sgd") this.optimizer = softcell.sgd(sc, layers, { lr: 0.1, momentum: 0.9, dampening: 0.5 });
    else this.optimizer = softcell[name](sc, layers, { lr: 0.01 });
  }

  step(): void {
    const { sc, model, optimizer, losses } = this;
    const random = new Random(losses.length);
    // some of the words are drawn by the instance
    const drawn = softcell.sample(sc, random.normals(T * BATCH * VOCABULARY), { cols: VOCABULARY });
    const ids = random.ints(T * BATCH, VOCABULARY).map((id, i) => (i % 2 ? id : drawn[i]));
    const embedded = model.drop.forward(model.embedding.forward(ids));
    const { output } = model.memory.forward(embedded.data.slice(), { batch: BATCH });
    const logits = model.head.forward(model.seeded.forward(output));
    const { loss, dlogits } = softcell.crossEntropy(sc, logits, random.ints(T * BATCH, VOCABULARY), { axis: -1 });
    const { dx } = model.memory.backward(model.seeded.backward(model.head.backward(dlogits)));
    model.embedding.backward(model.drop.backward(dx.data.slice()).data.slice());
    optimizer.step();
    optimizer.zeroGrad();
    // a rate that nobody can compute from the step
    optimizer.lr *= 0.9 + 0.01 * (losses.length % 3);
    losses.push(loss);
  }

  save(): Uint8Array<ArrayBuffer> {
    return softcell.saveCheckpoint(this.sc, { ...this.parts(), step: this.losses.length });
  }

  parts() {
    const { model, optimizer } = this;
    return { model, optimizer };
  }
}

describeEach(["strict", "relaxed", "js"], (target) => {
  test.each<OptimizerName>(["sgd", "adam", "adamW", "rmsprop"])(
    "a run with %s that is cut anywhere ends with the same bits",
    (name) => {
      const whole = new Run(target, name);
      const files = [whole.save()];
      for (let i = 0; i < STEPS; i++) {
        whole.step();
        files.push(whole.save());
      }
      for (const [cut, file] of files.slice(0, STEPS).entries()) {
        // other weights, another generator, and in the middle of something else
        const other = new Run(target, name, 77);
        other.step();
        const { step } = softcell.loadCheckpoint(other.sc, file, other.parts());
        expect(step).toBe(cut);
        expect(Buffer.compare(softcell.saveCheckpoint(other.sc, { ...other.parts(), step }), file)).toBe(0);
        other.losses.splice(0, 1, ...whole.losses.slice(0, cut));
        for (let i = cut; i < STEPS; i++) other.step();
        expect(other.losses).toEqual(whole.losses);
        expect(Buffer.compare(other.save(), files[STEPS])).toBe(0);
      }
    },
  );

  test("each part of a checkpoint is needed: without it the run is another one", () => {
    const whole = new Run(target, "adam");
    for (let i = 0; i < 3; i++) whole.step();
    const file = whole.save();
    for (let i = 0; i < 3; i++) whole.step();
    const fresh = new Run(target, "adam", 77);
    const { step, ...initial } = softcell.loadSafetensors(fresh.save(), { convert: false });
    const saved = softcell.loadSafetensors(file, { convert: false });
    expect(step.data).toEqual(Float64Array.of(0));
    const kinds = [
      "generator",
      "generator.model.memory",
      "generator.model.seeded",
      "state.",
      "lr.",
      "model.head.",
      "optimizer.",
    ];
    for (const kind of kinds) {
      // a batch of 0: the layer starts anew
      const mixed = Object.entries(saved).map(([key, entry]) => [
        key,
        (kind === "generator" ? key === kind : key.startsWith(kind)) ? initial[key] : entry,
      ]);
      expect(Object.fromEntries(mixed)).not.toEqual(saved);
      const other = new Run(target, "adam", 77);
      const { step: made } = softcell.loadCheckpoint(
        other.sc,
        softcell.saveSafetensors(Object.fromEntries(mixed)),
        other.parts(),
      );
      other.losses.push(...whole.losses.slice(0, made));
      for (let i = 0; i < 3; i++) other.step();
      expect(Buffer.compare(other.save(), whole.save()), kind).not.toBe(0);
    }
  });

  test("the random state: every function without a seed goes on from it", () => {
    const sc = open(target, { seed: 3 });
    const logits = Float32Array.of(1, 2, 3);
    const filled = (of: softcell.Softcell) => {
      const values = new Float32Array(4);
      softcell.fillNormal(of, values);
      return values;
    };
    const draws = () => [
      ...softcell.sample(sc, new Float32Array(300), { cols: 3 }),
      ...softcell.gumbelSoftmax(sc, logits).y,
      ...softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }).params.weight.data,
      ...softcell.embedding(sc, { numEmbeddings: 3, embeddingDim: 2 }).params.weight.data,
      ...softcell.dropout(sc).forward(new Float32Array(64).fill(1)).data,
      ...filled(sc),
    ];
    const state = softcell.getRandomState(sc);
    const first = draws();
    expect(draws()).not.toEqual(first);
    softcell.setRandomState(sc, state);
    expect(draws()).toEqual(first);
    softcell.setRandomState(sc, JSON.parse(JSON.stringify([...state])));
    expect(draws()).toEqual(first);
    const other = open(target, { seed: 4 });
    softcell.setRandomState(other, state);
    expect(softcell.getRandomState(other)).toEqual(state);
  });
});

test("the state of a generator is a copy both ways", () => {
  const sc = open("js");
  const state = softcell.getRandomState(sc);
  state.fill(1);
  expect(softcell.getRandomState(sc)).not.toEqual(state);
  softcell.setRandomState(sc, state);
  state.fill(2);
  expect(softcell.getRandomState(sc)).toEqual(Uint32Array.of(1, 1, 1, 1));
});

describe("what is in the file", () => {
  test("has names of PyTorch behind those of the parts, and the metadata", () => {
    const run = new Run("js", "adam");
    run.step();
    const bytes = softcell.saveCheckpoint(run.sc, { ...run.parts(), step: 2 ** 53 - 1, metadata: { epoch: "3" } });
    const list = softcell.listSafetensors(bytes);
    expect(list.step).toEqual({ dtype: "F64", shape: [] });
    expect(list["lr.optimizer"]).toEqual({ dtype: "F64", shape: [] });
    expect(list.generator).toEqual({ dtype: "U32", shape: [4] });
    expect(list["state.model.memory.h"]).toEqual({ dtype: "F32", shape: [2, BATCH, HIDDEN] });
    expect(list["optimizer.0.weight.exp_avg"]).toEqual({ dtype: "F32", shape: [VOCABULARY, HIDDEN] });
    expect(Object.keys(list).filter((name) => name.startsWith("generator."))).toEqual([
      "generator.model.memory",
      "generator.model.seeded",
    ]);
    const head = softcell.linear(run.sc, { inFeatures: HIDDEN, outFeatures: VOCABULARY });
    head.loadStateDict(softcell.loadSafetensors(bytes, { prefix: "model.head." }));
    expect(head.stateDict()).toEqual(run.model.head.stateDict());
    expect(softcell.loadCheckpoint(run.sc, bytes, run.parts())).toEqual({
      step: 2 ** 53 - 1,
      metadata: { epoch: "3" },
    });
  });

  test("one layer, several optimisers, none", () => {
    const sc = open("js");
    const [a, b] = [1, 2].map((n) => softcell.linear(sc, { inFeatures: n, outFeatures: 1, bias: false }));
    const names = (options: Omit<softcell.SaveCheckpointOptions, "step">) => {
      const bytes = softcell.saveCheckpoint(sc, { ...options, step: 0 });
      expect(softcell.loadCheckpoint(sc, bytes, options).step).toBe(0);
      return Object.keys(softcell.listSafetensors(bytes)).sort();
    };
    expect(names({ model: a })).toEqual(["generator", "model.weight", "step"]);
    expect(names({ model: {} })).toEqual(["generator", "step"]);
    const optimizer = { a: softcell.sgd(sc, a, { lr: 0.1 }), b: softcell.adam(sc, b) };
    expect(names({ model: { a, b }, optimizer }).filter((name) => /optimizer/.test(name))).toEqual([
      "lr.optimizer.a",
      "lr.optimizer.b",
      "optimizer.a.0.weight.momentum_buffer",
      "optimizer.a.step",
      "optimizer.b.0.weight.exp_avg",
      "optimizer.b.0.weight.exp_avg_sq",
      "optimizer.b.step",
    ]);
  });

  test("a stateful layer that has just been reset starts anew", () => {
    const sc = open("js");
    const model = softcell.lstm(sc, { inputSize: 1, hiddenSize: 2, stateful: true });
    const x = Float32Array.of(1, 2);
    const first = model.forward(x).output.data.slice();
    model.resetStates();
    const bytes = softcell.saveCheckpoint(sc, { model, step: 0 });
    model.forward(x);
    softcell.loadCheckpoint(sc, bytes, { model });
    expect(model.forward(x).output.data).toEqual(first);
  });

  test("states that were loaded outlive the results of the layer", () => {
    const sc = open("js");
    const model = softcell.lstm(sc, { inputSize: 1, hiddenSize: 2, stateful: true });
    const x = Float32Array.of(1, 2);
    model.forward(x);
    const bytes = softcell.saveCheckpoint(sc, { model, step: 0 });
    const second = model.forward(x).output.data.slice();
    const { hN } = model.forward(x);
    hN.dispose();
    softcell.loadCheckpoint(sc, bytes, { model });
    expect(softcell.saveCheckpoint(sc, { model, step: 0 })).toEqual(bytes);
    expect(model.forward(x).output.data).toEqual(second);
    softcell.loadCheckpoint(sc, bytes, { model });
    expect(() => model.forward(x, { batch: 2 })).toThrow(`"batch" expected 1, that of the states before resetStates()`);
  });
});

/** Everything in a checkpoint, by name. */
type Tensors = Record<string, softcell.StoredTensor>;

describe("what does not fit is refused, and nothing has changed then", () => {
  const put = (name: string, value: softcell.StoredTensor) => (tensors: Tensors) => {
    tensors[name] = value;
  };
  const drop = (name: string) => (tensors: Tensors) => {
    delete tensors[name];
  };
  const entry = (data: softcell.Elements, shape: number[] = [data.length]) => ({ dtype: "", data, shape });
  test.each<[what: string, change: (tensors: Tensors) => void, kind: typeof Error, text: string]>([
    ["no step", drop("step"), RangeError, `"bytes" expected what saveCheckpoint() gives`],
    ["no generator", drop("generator"), RangeError, `"bytes" expected what saveCheckpoint() gives`],
    ["a missing parameter", drop("model.head.bias"), RangeError, `missing "model.head.bias"`],
    ["a missing generator of a layer", drop("generator.model.seeded"), RangeError, `missing "generator.model.seeded"`],
    ["a missing rate", drop("lr.optimizer"), RangeError, `missing "lr.optimizer"`],
    ["a missing state", drop("state.model.memory.c"), RangeError, `missing "state.model.memory.c"`],
    ["something more", put("model.x", entry(new Float32Array(1))), RangeError, `unexpected "model.x"`],
    ["a step of 0.5", put("step", entry(Float64Array.of(0.5), [])), RangeError, `"bytes.step" expected an integer`],
    ["a step that is a bigint", put("step", entry(BigInt64Array.of(1n), [])), TypeError, `"bytes.step" expected`],
    ["two steps", put("step", entry(Float64Array.of(1, 2))), RangeError, `"bytes.step.shape" expected shape []`],
    [
      "a rate of NaN",
      put("lr.optimizer", entry(Float64Array.of(Number.NaN), [])),
      RangeError,
      `"bytes.lr.optimizer" expected`,
    ],
    [
      "a generator of zeros",
      put("generator", entry(new Uint32Array(4))),
      RangeError,
      `"bytes.generator" expected anything but zeros`,
    ],
    [
      "a generator of three",
      put("generator", entry(new Uint32Array(3).fill(1))),
      RangeError,
      `"bytes.generator" expected length 4`,
    ],
    [
      "a generator of fractions",
      put("generator", entry(new Float32Array(4).fill(0.5))),
      RangeError,
      `"bytes.generator[0]" expected an integer`,
    ],
    [
      "a parameter of another shape",
      put("model.head.bias", entry(new Float32Array(9))),
      RangeError,
      `"bytes.model.head.bias.shape" expected shape [5], got [9]`,
    ],
    [
      "a parameter of bigints",
      put("model.head.bias", entry(new BigInt64Array(5))),
      TypeError,
      `"bytes.model.head.bias.data" expected an array of numbers`,
    ],
    [
      "an optimiser's step of -1",
      put("optimizer.step", entry(Float32Array.of(-1), [])),
      RangeError,
      `"bytes.optimizer.step" expected`,
    ],
    [
      "states of another width",
      put("state.model.memory.c", entry(new Float32Array(4), [2, 2, 1])),
      RangeError,
      `"bytes.state.model.memory.c.shape" expected shape [2,2,4]`,
    ],
    [
      "states of two batches",
      put("state.model.memory.c", entry(new Float32Array(8), [2, 1, 4])),
      RangeError,
      `"bytes.state.model.memory.c.shape" expected`,
    ],
    [
      "states of another type",
      put("state.model.memory.c", entry(new Float64Array(16), [2, 2, 4])),
      TypeError,
      `"bytes.state.model.memory.c" expected Float32Array`,
    ],
  ])("%s", (_, change, kind, text) => {
    const run = new Run("js", "adam");
    run.step();
    const tensors = softcell.loadSafetensors(run.save(), { convert: false });
    change(tensors);
    const other = new Run("js", "adam", 7);
    other.step();
    const before = other.save();
    const error = thrownBy(() => softcell.loadCheckpoint(other.sc, softcell.saveSafetensors(tensors), other.parts()));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
    expect(other.save()).toEqual(before);
  });

  const sc = open("js");
  const model = softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
  const optimizer = softcell.sgd(sc, model, { lr: 0.1 });
  const other = open("js");
  const foreign = softcell.linear(other, { inFeatures: 1, outFeatures: 1 });
  const abroad = softcell.sgd(other, foreign, { lr: 0.1 });
  const gone = softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
  const idle = softcell.sgd(sc, gone, { lr: 0.1 });
  gone.dispose();
  test.each<[what: string, parts: Record<string, unknown>, kind: typeof Error, text: string]>([
    ["no model", {}, TypeError, `"model" expected`],
    ["a model of null", { model: null }, TypeError, `"model" expected`],
    ["an array of layers", { model: [model] }, TypeError, `"model" expected`],
    ["a number for a layer", { model: { a: 1 } }, TypeError, `"model.a" expected layers, got number`],
    ["a layer of another instance", { model: { a: foreign } }, TypeError, `"model.a" expected layers of this instance`],
    ["a disposed layer", { model: gone }, Error, "this linear is disposed"],
    [
      "a layer for the optimiser",
      { model, optimizer: { a: model } },
      TypeError,
      `"optimizer.a" expected an optimizer, got`,
    ],
    ["a number for the optimiser", { model, optimizer: 3 }, TypeError, `"optimizer" expected`],
    ["an optimiser of a disposed layer", { model, optimizer: idle }, Error, "this linear is disposed"],
    [
      "an optimiser of another instance",
      { model, optimizer: abroad },
      TypeError,
      `"optimizer" expected an optimizer of this instance`,
    ],
    ["an unknown option", { model, optimiser: optimizer }, RangeError, `got "optimiser"`],
  ])("%s", (_, parts, kind, text) => {
    for (const call of [
      () => softcell.saveCheckpoint(sc, not({ step: 0, ...parts })),
      () => softcell.loadCheckpoint(sc, softcell.saveCheckpoint(sc, { model, step: 0 }), not(parts)),
    ]) {
      const error = thrownBy(call);
      expect(error.message).toContain(text);
      expect(error.constructor).toBe(kind);
    }
  });

  test("a step that is none, a file that is none", () => {
    expect(() => softcell.saveCheckpoint(sc, { model, step: -1 })).toThrow(RangeError);
    expect(() => softcell.saveCheckpoint(sc, not({ model }))).toThrow(TypeError);
    const weights = softcell.saveSafetensors({ model });
    expect(() => softcell.loadCheckpoint(sc, weights, { model })).toThrow(
      `"bytes" expected what saveCheckpoint() gives`,
    );
  });
});
