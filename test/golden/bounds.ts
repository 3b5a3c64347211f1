// How far from the truth an output may be, by operation: the table of data/README.md.
import { conditionOf } from "./condition.js";
import type { GoldenCase, GoldenOutput } from "./manifest.js";

export interface Bounds {
  /** Of the error of an element. */
  each(element: number): number;
  /** The unit of the error of an element, of whose root mean square there is a bound, too. */
  unit?(element: number): number;
}

const U = 2 ** -24;
const SMALLEST = 1e-32;

/** So many times the largest error of PyTorch, or so many units of the largest of the truth. */
const ELEMENTWISE = { torch: 2, units: 4 };
const RECURRENT = { torch: 8, units: 8 };
const SATURATED = { torch: 0, units: 16 };
const CTC = { torch: 1, units: 8 };

const FAMILIES = ["lstm_cell", "lstm", "lstm_onnx", "lstm_keras", "gru", "gru_cell", "gru_onnx", "gru_keras", "train"];

export function boundsOf(op: string, c: GoldenCase, name: string, output: GoldenOutput): Bounds {
  if (op === "linear") return linear(c, name);
  if (op === "ctc") return uniform(output, CTC);
  if (!FAMILIES.includes(op)) return uniform(output);
  if (!c.name.endsWith("saturated")) return uniform(output, RECURRENT);
  return op === "lstm" || op === "lstm_cell" ? conditioned(c, name, output) : uniform(output, SATURATED);
}

const conditions = new WeakMap<GoldenCase, ReturnType<typeof conditionOf>>();

/** PyTorch itself is up to 5,000 units from the truth there. */
function conditioned(c: GoldenCase, name: string, output: GoldenOutput): Bounds {
  const condition = conditions.get(c) ?? conditionOf(c);
  conditions.set(c, condition);
  const usual = uniform(output, SATURATED);
  return { each: (i) => Math.max(usual.each(i), condition[name][i]) };
}

/** The same bound for all elements. */
export function uniform({ ref, torch32 }: GoldenOutput, { torch, units } = ELEMENTWISE): Bounds {
  let largest = 0;
  for (const v of ref.data) if (Number.isFinite(Math.fround(v))) largest = Math.max(largest, Math.abs(v));
  const bound = Math.max(torch * (torch32?.abs ?? 0), units * U * largest, SMALLEST);
  return { each: () => bound };
}

/** The elements of a matrix by row and column. */
type Matrix = (i: number, j: number) => number;

function linear(c: GoldenCase, output: string): Bounds {
  const { x, weight, bias, d_y } = c.inputs;
  const [O, I] = weight.shape;
  const R = d_y.data.length / O;
  const rowsOf =
    (data: ArrayLike<number>, cols: number): Matrix =>
    (i, j) =>
      data[i * cols + j];
  const [X, W, D] = [rowsOf(x.data, I), rowsOf(weight.data, I), rowsOf(d_y.data, O)];
  if (output === "grad_weight") return sums(R, I, (r, o, i) => D(r, o) * X(r, i));
  if (output === "grad_bias") return sums(R, O, (r, _, o) => D(r, o));
  const normal = c.tags.length === 0;
  if (output === "grad_x") return products(O, I, (r, o, i) => D(r, o) * W(o, i), normal);
  return products(I, O, (r, i, o) => X(r, i) * W(o, i), normal, bias?.data);
}

/** The sum of n terms' magnitudes for element (i, j) of [...][cols]. */
function magnitudes(n: number, cols: number, term: (k: number, i: number, j: number) => number) {
  return (element: number): number => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += Math.abs(term(k, Math.floor(element / cols), element % cols));
    return sum;
  };
}

/** Sums of K products in blocks of 32, from a start. From a whole block on normal numbers have a root mean square as well. */
function products(
  K: number,
  cols: number,
  term: (i: number, k: number, j: number) => number,
  normal: boolean,
  start?: ArrayLike<number>,
): Bounds {
  const terms = magnitudes(K, cols, (k, i, j) => term(i, k, j));
  const unit = (element: number): number => U * (Math.abs(start?.[element % cols] ?? 0) + terms(element));
  const roundings = Math.min(K, 32) + Math.ceil(K / 32) + 2;
  const each = (element: number): number => Math.max(roundings * unit(element), SMALLEST);
  return normal && K >= 32 ? { each, unit } : { each };
}

/** Sums of R terms, one after the other. */
function sums(R: number, cols: number, term: (r: number, i: number, j: number) => number): Bounds {
  const terms = magnitudes(R, cols, term);
  return { each: (element) => Math.max((R + 2) * U * terms(element), SMALLEST) };
}
