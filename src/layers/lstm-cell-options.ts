// The options of an LSTM cell beyond PyTorch's, checked.
import * as check from "../check.js";
import { ACTIVATIONS, type ActivationName, type CellActivation, type CellOptions } from "../contract.js";
import type { LstmActivation, LstmActivations, LstmOptions } from "./lstm-options.js";

/** For each direction what the kernels are told, or undefined for a plain cell. */
export function cellsOf(options: LstmOptions, directions: number): readonly CellOptions[] | undefined {
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
  const plain = parsed.every(
    ([f, g, h]) =>
      f.code === ACTIVATIONS.sigmoid[0] && g.code === ACTIVATIONS.tanh[0] && h.code === ACTIVATIONS.tanh[0],
  );
  if (plain && clip === Number.POSITIVE_INFINITY && !inputForget && !peepholes && projSize === 0) return undefined;
  return parsed.map((activations) => ({ coupled: inputForget, clip, activations }));
}

function activationOf(which: "f" | "g" | "h", value: ActivationName | LstmActivation): CellActivation {
  const path = `activations.${which}`;
  if (typeof value !== "string") check.options(path, value, ["name", "alpha", "beta"]);
  const given: LstmActivation = typeof value === "string" ? { name: value } : value;
  const name = check.oneOf(path, given.name, Object.keys(ACTIVATIONS) as ActivationName[]);
  const [code, usualAlpha, usualBeta] = ACTIVATIONS[name];
  const { alpha = usualAlpha, beta = usualBeta } = given;
  check.number(`${path}.alpha`, alpha, -check.FLOAT32_MAX, check.FLOAT32_MAX);
  check.number(`${path}.beta`, beta, -check.FLOAT32_MAX, check.FLOAT32_MAX);
  return { code, alpha, beta };
}
