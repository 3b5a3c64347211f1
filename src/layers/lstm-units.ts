// The units of a layer, one for each layer and direction, and their parameters.
import * as check from "../check.js";
import type { CellOptions } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { positive } from "./layer.js";
import { cellsOf } from "./lstm-cell-options.js";
import { KernelUnit } from "./lstm-kernels.js";
import type { LstmCellOptions } from "./lstm-options.js";
import type { LstmUnit, UnitParameters, UnitShape } from "./lstm-unit.js";
import type { Parameter } from "./parameters.js";

/** A unit before it has parameters. */
export interface UnitPlan {
  /** Of the names of its parameters. */
  suffix: string;
  shape: UnitShape;
  /** undefined for PyTorch's cell without a projection. */
  cell: CellOptions | undefined;
}

export const UNIT_KEYS = [
  "inputSize",
  "hiddenSize",
  "projSize",
  "bias",
  "peepholes",
  "clip",
  "inputForget",
  "activations",
];

const NAMES = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr", "weight_ch"];

/** The options that each unit has, checked. `directions`: how many activations there may be. */
export function unitOptions(options: LstmCellOptions, directions: number) {
  const inputSize = positive("inputSize", options?.inputSize);
  const hiddenSize = positive("hiddenSize", options?.hiddenSize);
  const { projSize = 0, bias = true, peepholes = false } = options;
  check.integer("projSize", projSize, 0, hiddenSize - 1);
  check.boolean("bias", bias);
  return { inputSize, hiddenSize, projSize, bias, peepholes, cells: cellsOf(options, directions) };
}

/** The shapes of the parameters of all units by their names. */
export function parameterShapes(units: readonly UnitPlan[], bias: boolean, peepholes: boolean) {
  const shapes: Record<string, readonly number[]> = {};
  for (const { suffix, shape } of units) {
    const { inputSize: I, hiddenSize: H, projSize } = shape;
    shapes[`weight_ih${suffix}`] = [4 * H, I];
    shapes[`weight_hh${suffix}`] = [4 * H, projSize || H];
    if (bias) {
      shapes[`bias_ih${suffix}`] = [4 * H];
      shapes[`bias_hh${suffix}`] = [4 * H];
    }
    if (projSize) shapes[`weight_hr${suffix}`] = [projSize, H];
    if (peepholes) shapes[`weight_ch${suffix}`] = [3 * H];
  }
  return shapes;
}

export function createUnit(
  heap: Heap,
  { suffix, shape, cell }: UnitPlan,
  parameters: Readonly<Record<string, Parameter>>,
): LstmUnit {
  const own = Object.fromEntries(NAMES.map((name) => [name, parameters[name + suffix]])) as UnitParameters;
  return new KernelUnit(heap, shape, own, cell);
}
