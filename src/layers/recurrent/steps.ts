// Which steps of each sequence a layer takes, in which order, and where their outputs go: orders [..][B] for copySteps
// of src/contract/recurrent.ts.
import type { Pointers } from "../../memory/block.js";
import type { Sequence } from "./sequence.js";

/** Which steps take part: those below a length, those that a mask has, or all. */
export interface Valid {
  lengths?: Int32Array;
  /** Lies as x does. */
  mask?: Uint8Array;
}

/** How a layer takes the steps of its input. */
export interface StepOptions {
  goBackwards: boolean;
  returnSequences: boolean;
  /** For each direction whether it is reverse. */
  reverse: readonly boolean[];
}

const ORDERS = ["lengths", "input", "inputOf", "turned", "output", "outputOf"] as const;

/** Whether any order is needed; without one a step is itself. */
export const isOrdered = (padded: boolean, { goBackwards, returnSequences, reverse }: StepOptions): boolean =>
  padded || goBackwards || !returnSequences || reverse.includes(true);

/** Elements of the orders, for all directions of the output; `direct`: the kernels write that where it is wanted. */
export function orderSizes(T: number, B: number, ordered: boolean, direct: boolean, steps: StepOptions) {
  const [all, directions] = [ordered ? T * B : 0, steps.reverse.length];
  return {
    lengths: ordered ? B : 0,
    input: all,
    inputOf: all,
    turned: all,
    output: direct ? 0 : directions * (steps.returnSequences ? all : B),
    outputOf: direct ? 0 : directions * all,
  };
}

/**
 * Writes the orders, -1 for none: input [T][B], the step of x that is taken as the t-th, and inputOf, its inverse;
 * turned, the t-th from the end; for each direction output [T or 1][B], the taken step that an output is of, and
 * outputOf [T][B], its inverse.
 */
export function fillOrders(
  i32: Int32Array,
  at: Pointers,
  { T, B, step, row }: Sequence,
  valid: Valid,
  direct: boolean,
  steps: StepOptions,
): void {
  const { goBackwards, returnSequences, reverse } = steps;
  const sizes = orderSizes(T, B, true, direct, steps);
  const [lengths, input, inputOf, turned, output, outputOf] = ORDERS.map((name) =>
    i32.subarray(at[name] >>> 2, (at[name] >>> 2) + sizes[name]).fill(-1),
  );
  const { mask, lengths: ends } = valid;
  for (let b = 0; b < B; b++) {
    let n = 0;
    for (let i = 0; i < T; i++) {
      const t = goBackwards ? T - 1 - i : i;
      if (mask ? mask[t * step + b * row] === 0 : ends !== undefined && t >= ends[b]) continue;
      input[n * B + b] = t;
      inputOf[t * B + b] = n++;
    }
    lengths[b] = n;
    for (let t = 0; t < n; t++) turned[t * B + b] = n - 1 - t;
    if (direct || n === 0) continue;
    for (const [d, turn] of reverse.entries()) {
      const [from, to] = [(d * output.length) / reverse.length + b, d * T * B + b];
      // all steps, or the one that a direction takes last
      const [first, end] = returnSequences ? [0, n] : turn ? [0, 1] : [n - 1, n];
      for (let t = first; t < end; t++) {
        const taken = input[t * B + b];
        const place = !returnSequences ? 0 : goBackwards ? T - 1 - taken : taken;
        output[from + place * B] = t;
        outputOf[to + t * B] = place;
      }
    }
  }
}
