// The options of an LSTM cell, checked.
import * as check from "../../check.js";
import { ACTIVATIONS, type ActivationName, type CellActivation, type CellOptions } from "../../contract.js";
import { positive } from "../layer.js";
import type { LstmActivation, LstmActivations, LstmCellOptions } from "./options.js";

export const CELL_KEYS = [
  "inputSize",
  "hiddenSize",
  "projSize",
  "bias",
  "peepholes",
  "clip",
  "inputForget",
  "activations",
];

/** The options with their defaults, checked. `directions`: how many activations there may be. */
export function cellOptions(options: LstmCellOptions, directions: number) {
  const inputSize = positive("inputSize", options.inputSize);
  const hiddenSize = positive("hiddenSize", options.hiddenSize);
  const { projSize = 0, bias = true, peepholes = false } = options;
  check.integer("projSize", projSize, 0, hiddenSize - 1);
  check.boolean("bias", bias);
  return { shape: { inputSize, hiddenSize, projSize }, bias, peepholes, cells: cellsOf(options, directions) };
}

export type Cell = ReturnType<typeof cellOptions>;

/** The shapes of the parameters of a cell with so many inputs, by PyTorch's names; weight_ch are the peepholes. */
export function shapesOf({ shape, bias, peepholes }: Cell, inputSize: number): Record<string, readonly number[]> {
  const { hiddenSize: H, projSize: P } = shape;
  return {
    weight_ih: [4 * H, inputSize],
    weight_hh: [4 * H, P || H],
    ...(bias && { bias_ih: [4 * H], bias_hh: [4 * H] }),
    ...(P && { weight_hr: [P, H] }),
    ...(peepholes && { weight_ch: [3 * H] }),
  };
}

/** For each direction what the kernels are told, or undefined for PyTorch's cell without a projection. */
function cellsOf(options: LstmCellOptions, directions: number): readonly CellOptions[] | undefined {
  const { clip = Number.POSITIVE_INFINITY, inputForget = false, peepholes = false, projSize = 0 } = options;
  check.number("clip", clip, 0, Number.POSITIVE_INFINITY, true);
  check.boolean("inputForget", inputForget);
  check.boolean("peepholes", peepholes);
  const given = options.activations === undefined ? {} : options.activations;
  if (Array.isArray(given)) check.lengthOf("activations", given, directions);
  const each: readonly LstmActivations[] = Array.isArray(given) ? given : Array(directions).fill(given);
  // holes of an array, too, are refused
  const parsed = Array.from(each, (activations) => {
    const read = check.options("activations", activations ?? null, ["f", "g", "h"]) as LstmActivations;
    const { f = "sigmoid", g = "tanh", h = "tanh" } = read;
    return [activationOf("f", f), activationOf("g", g), activationOf("h", h)] as const;
  });
  const plain = parsed.every(
    ([f, g, h]) =>
      f.code === ACTIVATIONS.sigmoid[0] && g.code === ACTIVATIONS.tanh[0] && h.code === ACTIVATIONS.tanh[0],
  );
  if (plain && clip === Number.POSITIVE_INFINITY && !inputForget && !peepholes && projSize === 0) return undefined;
  return parsed.map((activations) => ({ coupled: inputForget, clip, activations }));
}

const KEYS = ["name", "alpha", "beta"];

function activationOf(which: "f" | "g" | "h", value: ActivationName | LstmActivation): CellActivation {
  const path = `activations.${which}`;
  const given: LstmActivation =
    typeof value === "string" ? { name: value, alpha: undefined, beta: undefined } : check.options(path, value, KEYS);
  const name = check.oneOf(path, given.name, Object.keys(ACTIVATIONS) as ActivationName[]);
  const [code, usualAlpha, usualBeta] = ACTIVATIONS[name];
  const { alpha = usualAlpha, beta = usualBeta } = given;
  check.number(`${path}.alpha`, alpha, -check.FLOAT32_MAX, check.FLOAT32_MAX);
  check.number(`${path}.beta`, beta, -check.FLOAT32_MAX, check.FLOAT32_MAX);
  return { code, alpha, beta };
}
