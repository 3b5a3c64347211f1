import type { Softcell } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import type { GoldenCase } from "../manifest.js";
import { floats, input, type Op, product } from "./op.js";

interface Options {
  shape: readonly number[];
  axis: number;
  temperature: number;
}

/** y, and grad_x by its backward. */
type Call = (sc: Softcell, x: Float32Array, dy: Float32Array, options: Options) => [Float32Array, Float32Array];

function rows(call: Call): Op {
  return {
    attrs: ["axis", "beta", "keepdim"],
    run(sc, c) {
      const [y, dx] = call(sc, floats(c, "x"), floats(c, "d_y"), options(c));
      return { y, grad_x: dx };
    },
  };
}

function options(c: GoldenCase): Options {
  const { shape } = input(c, "x");
  return { shape: shape.length ? shape : [1], axis: Number(c.attrs.axis), temperature: 1 / Number(c.attrs.beta) };
}

export const softmax = rows((sc, x, dy, o) => {
  const y = softcell.softmax(sc, x, o);
  return [y, softcell.softmaxBackward(sc, dy, { y, ...o })];
});

export const logSoftmax = rows((sc, x, dy, o) => {
  const y = softcell.logSoftmax(sc, x, o);
  return [y, softcell.logSoftmaxBackward(sc, dy, { y, ...o })];
});

export const logSumExp: Op = {
  ...rows((sc, x, dy, o) => [softcell.logSumExp(sc, x, o), softcell.logSumExpBackward(sc, dy, { x, ...o })]),
  // the gradient of a row that is all -Infinity
  kept(c, output) {
    if (output !== "grad_x") return undefined;
    const x = floats(c, "x");
    const { shape, axis } = options(c);
    const inner = product(shape.slice(axis < 0 ? axis + shape.length : axis).slice(1));
    const cols = shape.at(axis) as number;
    // the row of an element, by its first element
    const start = (element: number) => Math.floor(element / (cols * inner)) * cols * inner + (element % inner);
    const masked = (first: number) =>
      Array.from({ length: cols }, (_, i) => x[first + i * inner] * Number(c.attrs.beta)).every(
        (v) => v === Number.NEGATIVE_INFINITY,
      );
    return (element) => (masked(start(element)) ? 0 : undefined);
  },
};
