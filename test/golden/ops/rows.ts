import type { Softcell } from "../../../src/index.js";
import type { GoldenCase } from "../reader.js";
import { floats, input, NotSupported, type Op, product } from "./op.js";

interface Options {
  shape: number[];
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
  const full = input(c, "x").shape;
  const shape = full.length ? [...full] : [1];
  const axis = Number(c.attrs.axis);
  const from = axis < 0 ? axis + shape.length : axis;
  // axes of size 1 behind it change nothing
  if (product(shape.slice(from + 1)) !== 1) throw new NotSupported("axis before the last");
  const kept = shape.slice(0, from + 1);
  return { shape: kept, axis: axis < 0 ? -1 : axis, temperature: 1 / Number(c.attrs.beta) };
}

export const softmax = rows((sc, x, dy, o) => {
  const y = sc.softmax(x, o);
  return [y, sc.softmaxBackward(dy, y, o)];
});

export const logSoftmax = rows((sc, x, dy, o) => {
  const y = sc.logSoftmax(x, o);
  return [y, sc.logSoftmaxBackward(dy, y, o)];
});

export const logSumExp: Op = {
  ...rows((sc, x, dy, o) => [sc.logSumExp(x, o), sc.logSumExpBackward(dy, x, o)]),
  // the gradient of a row that is all -Infinity
  zeros(c, output) {
    if (output !== "grad_x") return undefined;
    const x = floats(c, "x");
    const { shape } = options(c);
    const cols = shape[shape.length - 1];
    const masked = (row: number) =>
      x.subarray(row * cols, (row + 1) * cols).every((v) => v * Number(c.attrs.beta) === Number.NEGATIVE_INFINITY);
    return (element) => masked(Math.floor(element / cols));
  },
};
