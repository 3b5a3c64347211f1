// The options of an LSTM cell beyond PyTorch's, checked.
import * as check from "../check.js";
import {
  AFFINE,
  ELU,
  HARD_SIGMOID,
  LEAKY_RELU,
  RELU,
  SCALED_TANH,
  SIGMOID,
  SOFTPLUS,
  SOFTSIGN,
  TANH,
  THRESHOLDED_RELU,
} from "../coefficients.js";
import { type CellActivation, generalCell } from "../contract.js";
import type { LstmActivation, LstmActivations, LstmOptions } from "./lstm-options.js";

/** Code, and alpha and beta where they are not given, as ONNX has them. */
const ACTIVATIONS: Readonly<Record<string, readonly [code: number, alpha: number, beta: number]>> = {
  sigmoid: [SIGMOID, 0, 0],
  tanh: [TANH, 0, 0],
  relu: [RELU, 0, 0],
  affine: [AFFINE, 1, 0],
  leakyRelu: [LEAKY_RELU, 0.01, 0],
  thresholdedRelu: [THRESHOLDED_RELU, 1, 0],
  scaledTanh: [SCALED_TANH, 1, 1],
  hardSigmoid: [HARD_SIGMOID, 0.2, 0.5],
  elu: [ELU, 1, 0],
  softsign: [SOFTSIGN, 0, 0],
  softplus: [SOFTPLUS, 0, 0],
};

/** For each direction what the general kernels are told, or undefined for a plain cell. */
export function cellsOf(options: LstmOptions, directions: number): readonly (readonly number[])[] | undefined {
  const { clip = Number.POSITIVE_INFINITY, inputForget = false, peepholes = false, projSize = 0 } = options;
  check.number("clip", clip, 0, Number.POSITIVE_INFINITY, true);
  check.boolean("inputForget", inputForget);
  check.boolean("peepholes", peepholes);
  const given = options.activations === undefined ? {} : options.activations;
  if (Array.isArray(given)) check.lengthOf("activations", given, directions);
  const each: readonly LstmActivations[] = Array.isArray(given) ? given : Array(directions).fill(given);
  // holes of an array, too, are refused
  const parsed = Array.from(each, (activations) => {
    check.options("activations", activations ?? null, ["f", "g", "h"]);
    const { f = "sigmoid", g = "tanh", h = "tanh" } = activations;
    return [activationOf("f", f), activationOf("g", g), activationOf("h", h)] as const;
  });
  const plain = parsed.every(([f, g, h]) => f.code === SIGMOID && g.code === TANH && h.code === TANH);
  if (plain && clip === Number.POSITIVE_INFINITY && !inputForget && !peepholes && projSize === 0) return undefined;
  return parsed.map((fgh) => generalCell(clip, inputForget, ...fgh));
}

function activationOf(which: "f" | "g" | "h", value: LstmActivation["name"] | LstmActivation): CellActivation {
  const path = `activations.${which}`;
  const given = typeof value === "string" ? { name: value } : value;
  check.options(path, given, ["name", "alpha", "beta"]);
  const { name, ...rest } = given;
  check.oneOf(path, name, Object.keys(ACTIVATIONS));
  const [code, usualAlpha, usualBeta] = ACTIVATIONS[name];
  const { alpha = usualAlpha, beta = usualBeta } = rest as Omit<LstmActivation, "name">;
  check.number(`${path}.alpha`, alpha, -Number.MAX_VALUE, Number.MAX_VALUE);
  check.number(`${path}.beta`, beta, -Number.MAX_VALUE, Number.MAX_VALUE);
  return { code, alpha, beta };
}
