// What the tests of invalid calls share: an instance in the middle of its work, rows of calls that are refused, and the
// check that an error has the right class and text and that nothing has changed by it.
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import type { Target } from "./backends.js";
import { image, open } from "./instance.js";
import { Random } from "./random.js";

/** What is wrong on purpose has no type. */
export const not = (value: unknown): never => value as never;

/** Options with one more; what is no object stays as it is. */
export const beside = (key: string, value: unknown, o: unknown): never =>
  not(o === undefined || (typeof o === "object" && o?.constructor === Object) ? { [key]: value, ...o } : o);

export const X = new Random(1).normals(6);
export const TARGETS = Int32Array.of(2, 0);
/** Six numbers that are none of float32. */
export const BIGINTS = new BigInt64Array(6);

/** An instance in the middle of its work: everything has run forward and waits for its backward. */
export function busy(target: Target) {
  const sc = open(target);
  const foreign = softcell.tensor(open(target), [2, 3], X);
  const [x, y, gone] = [softcell.tensor(sc, [2, 3], X), softcell.tensor(sc, [2, 3]), softcell.tensor(sc, [2, 3])];
  softcell.softmax(sc, x, { out: y });
  const embedding = softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 });
  const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
  const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
  const layers = [embedding, linear, lstm];
  const both = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2, numLayers: 2, bidirectional: true });
  const tall = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2, numLayers: 2 });
  const tallStream = tall.stream();
  const [layerNorm, dropout] = [softcell.layerNorm(sc, { normalizedShape: 3 }), softcell.dropout(sc)];
  const fresh = {
    embedding: softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 }),
    linear: softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }),
    lstm: softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 }),
    layerNorm: softcell.layerNorm(sc, { normalizedShape: 3 }),
    dropout: softcell.dropout(sc),
  };
  const dead = {
    embedding: softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 }),
    linear: softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }),
    lstm: softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 }),
    layerNorm: softcell.layerNorm(sc, { normalizedShape: 3 }),
    dropout: softcell.dropout(sc),
  };
  const [stream, orphan, closed] = [lstm.stream(), dead.lstm.stream(), lstm.stream()];
  const [sgd, adam] = [softcell.sgd(sc, layers, { lr: 0.1, momentum: 0.9 }), softcell.adam(sc, layers)];
  const rmsprop = softcell.rmsprop(sc, layerNorm, { centered: true, momentum: 0.5 });
  const [widowed, ended] = [softcell.sgd(sc, [linear, dead.linear], { lr: 0.1 }), softcell.adam(sc, linear)];
  const other = softcell.tensor(sc, [40]);
  const wideStream = lstm.stream({ batch: 2 });
  const shapes = [
    [1, 4, 2],
    [2, 4],
    [2, 2, 2],
    [1, 4],
    [3, 2],
    [3, 1],
    [1, 2, 2],
  ];
  const ready = Object.fromEntries(shapes.map((shape) => [shape.join(), softcell.tensor(sc, shape)]));
  for (const resource of [gone, ...Object.values(dead), closed, ended]) resource.dispose();
  for (const layer of layers) for (const { grad } of Object.values(layer.params)) grad.fill(0.5);
  embedding.forward(Int32Array.of(3, 0));
  linear.forward(x);
  lstm.forward(x, { batch: 1 });
  both.forward(x, { batch: 1 });
  tall.forward(x, { batch: 1 });
  layerNorm.forward(x);
  dropout.forward(x);
  stream.step(X.subarray(0, 3));
  tallStream.step(X.subarray(0, 3));
  return {
    sc,
    foreign,
    x,
    y,
    gone,
    other,
    embedding,
    linear,
    lstm,
    both,
    tall,
    tallStream,
    layerNorm,
    dropout,
    layers,
    fresh,
    dead,
    stream,
    wideStream,
    ready,
    orphan,
    closed,
    sgd,
    adam,
    rmsprop,
    widowed,
    ended,
  };
}

export type Busy = ReturnType<typeof busy>;

/** Goes on with the work; all its results. */
function goOn(work: Busy): Float32Array[] {
  const { sc, x, embedding, linear, lstm, both, tall, tallStream, layerNorm, dropout } = work;
  const { stream, sgd, adam, rmsprop, layers } = work;
  const results: Float32Array[] = [];
  const keep = (...values: Tensor[]): void => {
    for (const value of values) results.push(value.data.slice());
  };
  keep(softcell.softmax(sc, x), softcell.logSoftmax(sc, x), softcell.logSumExp(sc, x), softcell.exp(sc, x));
  const { loss, dlogits } = softcell.crossEntropy(sc, x, TARGETS);
  results.push(Float32Array.of(loss));
  embedding.backward(dlogits);
  keep(linear.backward(X.subarray(0, 4)));
  keep(...Object.values(lstm.backward(X.subarray(0, 4))));
  keep(...Object.values(both.backward(new Float32Array(8).fill(1))), ...Object.values(tall.backward(X.subarray(0, 4))));
  keep(layerNorm.backward(X), dropout.backward(X), dropout.forward(x));
  rmsprop.step();
  results.push(Float32Array.of(softcell.clipGradNorm(sc, layers, 1)));
  sgd.step();
  adam.step();
  for (const layer of [...layers, both, tall, layerNorm]) {
    for (const { data, grad } of Object.values(layer.params)) results.push(data.slice(), grad.slice());
  }
  results.push(stream.step(X.subarray(3)).slice(), tallStream.step(X.subarray(3)).slice());
  return results;
}

export type Row = [
  name: string,
  call: (busy: Busy) => unknown,
  kind: typeof Error | typeof TypeError | typeof RangeError,
  text: string,
];

/** What every argument that takes values refuses; `call` passes it on. */
export function values(argument: string, call: (busy: Busy, value: never) => unknown): Row[] {
  const kind = `"${argument}" expected`;
  return [
    [
      `${argument} undefined`,
      (b) => call(b, not(undefined)),
      TypeError,
      `${kind} an array of numbers or a Tensor, got undefined`,
    ],
    ...given(argument, call),
  ];
}

/** The same where it may be left out. */
export function given(argument: string, call: (busy: Busy, value: never) => unknown): Row[] {
  const kind = `"${argument}" expected`;
  return [
    [`${argument} null`, (b) => call(b, not(null)), TypeError, `${kind} an array of numbers or a Tensor, got null`],
    [`${argument} bigints`, (b) => call(b, not(BIGINTS)), TypeError, `${kind} an array of numbers, got BigInt64Array`],
    [`${argument} texts`, (b) => call(b, not(["1", "2"])), TypeError, `"${argument}[0]" expected a number, got "1"`],
    [`${argument} disposed`, (b) => call(b, not(b.gone)), Error, `${kind} a living tensor, got a disposed one`],
    [`${argument} of another instance`, (b) => call(b, not(b.foreign)), TypeError, "a tensor of this instance"],
  ];
}

/** What every `out` refuses; `call` passes it on. */
export function refusedOuts(call: (busy: Busy, value: never) => unknown): Row[] {
  const rows = given("out", call).filter(([name]) => !/null|bigints|texts/.test(name));
  const wrong = [null, [1, 2, 3, 4, 5, 6], new Float64Array(6)].map((value): Row => {
    return [
      `out ${value?.constructor.name}`,
      (b) => call(b, not(value)),
      TypeError,
      `"out" expected Float32Array, got`,
    ];
  });
  return [...rows, ...wrong];
}

/** What every size refuses. */
export function sizes(argument: string, least: number, call: (busy: Busy, value: never) => unknown): Row[] {
  const wrong = [least - 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
  return [
    ...wrong.map((value): Row => {
      const text = `"${argument}" expected an integer from ${least} to`;
      return [`${argument} ${value}`, (b) => call(b, not(value)), RangeError, text];
    }),
    [`${argument} a string`, (b) => call(b, not("2")), TypeError, `"${argument}" expected an integer, got "2"`],
  ];
}

/** What every options object refuses. */
export function options(argument: string, call: (busy: Busy, value: never) => unknown): Row[] {
  return [
    [`${argument} null`, (b) => call(b, not(null)), TypeError, `"${argument}" expected an object, got null`],
    ...required(argument, call),
  ];
}

/** The same where something in it is required, which is missed first. */
export function required(argument: string, call: (busy: Busy, value: never) => unknown): Row[] {
  return [
    [`${argument} a number`, (b) => call(b, not(3)), TypeError, `"${argument}" expected an object, got 3`],
    [`${argument} misspelt`, (b) => call(b, not({ colour: 1 })), RangeError, `got "colour"`],
  ];
}

/** What a call threw. */
export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("the call was expected to throw");
}

/** Tests that each call of the table throws its error, and that the work goes on as if it had not been made. */
export function refuses(target: Target, table: readonly (readonly [name: string, rows: Row[]])[]): void {
  const expected = goOn(busy(target));

  describe.each(table)("%s", (_, rows) => {
    test.each(rows)("%s", (_, call, kind, text) => {
      const work = busy(target);
      const { sc } = work;
      const [before, usage] = [image(sc), sc.memoryUsage];
      const error = thrownBy(() => call(work));
      expect(error.message).toContain(text);
      expect(error.constructor).toBe(kind);
      expect(sc.memoryUsage).toEqual(usage);
      expect(Buffer.compare(image(sc), before)).toBe(0);
      expect(goOn(work)).toEqual(expected);
    });
  });
}
