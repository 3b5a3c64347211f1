// The activations of an LSTM cell as lstmForward runs them: in a cell whose weights are -0, the gates are those of its bias.
import {
  ACTIVATIONS,
  type ActivationName,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  putOptions,
} from "../../../src/contract.js";

/** Activations that round more than once for every parameter, by the name of their bound in assembly/lstm. */
export const CELL = {
  cellSigmoid: "sigmoid",
  cellTanh: "tanh",
  cellElu: "elu",
  cellSoftsign: "softsign",
  cellSoftplus: "softplus",
} as const satisfies Record<string, ActivationName>;

export type CellName = keyof typeof CELL;

/** How many float32 cellArguments() takes for n elements. */
export const cellSize = (n: number): number => 10 * n + 1024;

/**
 * The arguments of lstmForward, and what they point to from `at` on. y[i] becomes the activation of x[i]: [n], n a multiple
 * of 16. The slopes lie in groups of 20, of which the last 4 are those of the output.
 */
export function cellArguments(
  buffer: ArrayBufferLike,
  at: number,
  y: number,
  x: number,
  n: number,
  name: ActivationName,
  parameters: readonly number[] = ACTIVATIONS[name].slice(1),
): { args: number[]; slopes: number } {
  const [H, P] = [n / 4, 1];
  const sizes = lstmSizes(0, H, P);
  const place = (length: number, value = 0): number => {
    new Float32Array(buffer, at, length).fill(value);
    at += 4 * Math.ceil(length / 16) * 16;
    return at - 4 * Math.ceil(length / 16) * 16;
  };
  const [options, w, hr, slopes] = [OPTIONS_SIZE, sizes.w, sizes.hr, sizes.slopes].map((length) => place(length, -0));
  const [result, hs, cs, tanhC] = [P, 2 * sizes.h, 2 * sizes.c, sizes.tanhC].map((length) => place(length));
  const scratch = place(lstmForwardScratch(1, H, P));
  const [alpha, beta] = parameters;
  const gate = { code: ACTIVATIONS[name][0], alpha, beta };
  const [code] = ACTIVATIONS.relu;
  const activations = [gate, gate, { code, alpha: 0, beta: 0 }] as const;
  const cell = { coupled: false, clip: Number.POSITIVE_INFINITY, activations };
  putOptions(new Float32Array(buffer), new Int32Array(buffer), options, P, cell, { hr, slopes });
  const sequence = [1, 1, 0, H, P, P, 1, 1, scratch];
  return { args: [result, hs, cs, y, tanhC, 0, w, x, options, 0, ...sequence], slopes };
}
