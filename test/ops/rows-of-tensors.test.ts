// `cols` and `classes` of a tensor: they say again what its shape says, and never give it another one.
import { expect, test } from "vitest";
import {
  argmax,
  bceWithLogits,
  crossEntropy,
  entropy,
  klDivergence,
  logBackward,
  logSumExp,
  mse,
  nll,
  preluBackward,
  softmax,
  softmaxBackward,
  sparsemax,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { open } from "../support/instance.js";

const sc = open("js");
const X = tensor(sc, [2, 3, 4], new Float32Array(24).map(Math.sin));

const ROWS: Record<string, (x: Tensor, cols: number) => unknown> = {
  softmax: (x, cols) => softmax(sc, x, { cols }),
  logSumExp: (x, cols) => logSumExp(sc, x, { cols }),
  sparsemax: (x, cols) => sparsemax(sc, x, { cols }),
  argmax: (x, cols) => argmax(sc, x, { cols }),
};
test.each(Object.keys(ROWS))("%s refuses cols that are not the last axis", (name) => {
  for (const cols of [2, 3, 6, 12, 24]) {
    expect(() => ROWS[name](X, cols)).toThrow(
      new RangeError(`"cols" expected 4, the last axis of [2,3,4], got ${cols}`),
    );
  }
  ROWS[name](X, 4);
});

const LOSSES: Record<string, (options: { classes: number; axis?: number }) => ReturnType<typeof entropy>> = {
  crossEntropy: (options) => crossEntropy(sc, X, new Int32Array(24 / options.classes), options) as never,
  nll: (options) =>
    ({ loss: 0, dlogits: nll(sc, X, new Int32Array(24 / options.classes), options).dlogProbs }) as never,
  entropy: (options) => entropy(sc, X, options),
  klDivergence: (options) => klDivergence(sc, X, X, options),
};
test.each(Object.keys(LOSSES))("%s takes classes as those of the axis, or of the last one", (name) => {
  const shapeOf = (options: { classes: number; axis?: number }) =>
    (LOSSES[name](options).dlogits as never as Tensor).shape;
  expect(shapeOf({ classes: 4 })).toEqual([2, 3, 4]);
  expect(shapeOf({ classes: 3, axis: 1 })).toEqual([2, 3, 4]);
  for (const [options, text] of [
    [{ classes: 3 }, `"classes" expected 4, axis 2 of [2,3,4], got 3`],
    [{ classes: 6 }, `"classes" expected 4, axis 2 of [2,3,4], got 6`],
    [{ classes: 4, axis: 1 }, `"classes" expected 3, axis 1 of [2,3,4], got 4`],
  ] as const) {
    expect(() => LOSSES[name](options)).toThrow(new RangeError(text));
  }
});

test("a tensor of one axis is taken as a matrix by cols or classes", () => {
  const x = tensor(sc, [24]);
  expect(softmax(sc, x, { cols: 6 }).shape).toEqual([4, 6]);
  expect(crossEntropy(sc, x, new Int32Array(4), { classes: 6 }).dlogits.shape).toEqual([4, 6]);
});

const T = (...shape: number[]): Tensor => tensor(sc, shape);
test.each<[string, () => unknown, expected: string]>([
  ["y", () => softmaxBackward(sc, T(2, 3), { y: T(3, 2) }), `"y" expected shape [2,3], got [3,2]`],
  ["x", () => logBackward(sc, T(2, 3), { x: T(1, 6) }), `"x" expected shape [2,3], got [1,6]`],
  ["target", () => mse(sc, T(2, 3), T(3, 2)), `"target" expected shape [2,3], got [3,2]`],
  ["targets", () => crossEntropy(sc, T(2, 3), T(3, 2)), `"targets" expected shape [2,3], got [3,2]`],
  ["target of KL", () => klDivergence(sc, T(2, 3), T(3, 2)), `"target" expected shape [2,3], got [3,2]`],
  [
    "dy of prelu",
    () => preluBackward(sc, T(3, 2), { x: T(2, 3), weight: T(1) }),
    `"dy" expected shape [2,3], got [3,2]`,
  ],
  ["out", () => softmax(sc, T(2, 3), { out: T(3, 2) }), `"out" expected shape [2,3], got [3,2]`],
  ["out of a loss", () => entropy(sc, T(2, 3), { out: T(3, 2) }), `"out" expected shape [2,3], got [3,2]`],
  ["mask", () => softmax(sc, T(2, 3, 4), { mask: T(4, 3) }), `"mask" expected shape [3,4], got [4,3]`],
  [
    "weight",
    () => bceWithLogits(sc, T(2, 3, 4), T(2, 3, 4), { weight: T(4, 3) }),
    `"weight" expected the size of trailing axes of [2,3,4], got shape [4,3]`,
  ],
])("%s of another shape with as many elements is refused", (_, call, expected) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(expected);
});

test("what has no shape fits any, and so do leading axes of 1 in what is repeated", () => {
  const flat = new Float32Array(6);
  for (const y of [flat, T(6), T(3, 2).data]) mse(sc, T(2, 3), y, { out: T(2, 3) });
  for (const mask of [T(1, 4), T(1, 3, 4), T(12), T(1)]) {
    if (mask.length > 1) softmax(sc, T(2, 3, 4), { mask });
    bceWithLogits(sc, T(2, 3, 4), T(2, 3, 4), { weight: mask });
  }
  const x = T(2, 6);
  softmax(sc, x, { shape: [3, 4], out: x });
});
