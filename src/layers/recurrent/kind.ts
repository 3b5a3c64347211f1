import type { Parameter } from "../parameters.js";
import type { Recurrence } from "./options.js";
import type { State } from "./state.js";
import type { StepUnit } from "./stream.js";
import type { RecurrentUnit } from "./unit.js";

/** Which unit of a layer it is. */
export interface Position {
  /** Of the names of its parameters. */
  suffix: string;
  inputSize: number;
  /** The index of its direction. */
  direction: number;
  reverse: boolean;
}

/** What a kind of recurrent layer is made of. */
export interface Kind {
  readonly name: string;
  readonly inputSize: number;
  /** The output first. */
  readonly states: readonly State[];
  /** The shapes of the parameters of a unit, by their names without a suffix. */
  shapes(position: Position): Readonly<Record<string, readonly number[]>>;
  /** A unit with the parameters that have these names. */
  unit(position: Position, parameters: Readonly<Record<string, Parameter>>): RecurrentUnit;
  stepUnit(position: Position, parameters: Readonly<Record<string, Parameter>>): StepUnit;
}

/** All units: layer by layer, in each the directions. */
export function positionsOf({ inputSize, states }: Kind, { numLayers, reverse }: Recurrence): readonly Position[] {
  const above = reverse.length * states[0].width;
  const layers = Array.from({ length: numLayers }, (_, k) =>
    reverse.map((turned, direction) => ({
      suffix: `_l${k}${turned ? "_reverse" : ""}`,
      inputSize: k === 0 ? inputSize : above,
      direction,
      reverse: turned,
    })),
  );
  return layers.flat();
}

/** The shapes of the parameters of all units. */
export function shapesOf(kind: Kind, positions: readonly Position[]): Record<string, readonly number[]> {
  const entries = positions.flatMap((position) =>
    Object.entries(kind.shapes(position)).map(([name, shape]) => [name + position.suffix, shape]),
  );
  return Object.fromEntries(entries);
}

/** The parameters of a unit by their names without a suffix. */
export function parametersOf(
  kind: Kind,
  position: Position,
  byName: Readonly<Record<string, Parameter>>,
): Readonly<Record<string, Parameter>> {
  const names = Object.keys(kind.shapes(position));
  return Object.fromEntries(names.map((name) => [name, byName[name + position.suffix]]));
}
