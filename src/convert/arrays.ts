// The arrays of a layout: from what a user gives, or new ones.
import * as check from "../check.js";
import type { StateEntry } from "../layers/parameters.js";
import { type Layout, type Sizes, sizesBy } from "./layouts.js";

/** Weights with their shape, or bare in the shape that is expected. */
export type Weights = StateEntry | ArrayLike<number>;

interface Given {
  data: Float32Array;
  shape?: readonly number[];
}

export interface Arrays {
  sizes: Sizes;
  data: Record<string, Float32Array>;
}

/** What is given, in messages under the name that `title` makes. `D` has the number of directions, or finds it. */
export function arraysOf(
  layout: Layout,
  values: Readonly<Record<string, unknown>>,
  title: (name: string) => string,
  D: number | undefined,
): Arrays {
  const known = Object.keys(layout.shapes({ D: 1, I: 1, H: 1 }));
  const names = known.filter((name) => layout.required.includes(name) || values[name] !== undefined);
  const given = Object.fromEntries(names.map((name) => [name, weightsOf(title(name), values[name])]));
  const sizes = sizesOf(layout, given, title, D ?? directionsOf(layout, given));
  const shapes = layout.shapes(sizes);
  for (const name of names) expectShape(title(name), given[name], shapes[name], layout.directions && sizes.D === 1);
  return { sizes, data: Object.fromEntries(names.map((name) => [name, given[name].data])) };
}

function weightsOf(title: string, value: unknown): Given {
  if (typeof value !== "object" || value === null || !check.has(value, "data"))
    return { data: check.numbers(title, value) };
  const entry = value as Partial<StateEntry>;
  const data = check.numbers(`${title}.data`, entry.data);
  const shape = check.shapeOf(`${title}.shape`, entry.shape);
  return { data: check.lengthOf(`${title}.data`, data, check.product(shape)), shape };
}

/** As the shape of an array says; one where it says nothing. */
function directionsOf(layout: Layout, given: Readonly<Record<string, Given>>): number {
  const { shape } = given[layout.sizedBy[0]];
  return layout.directions && shape?.length === 3 && shape[0] === 2 ? 2 : 1;
}

function sizesOf(
  layout: Layout,
  given: Readonly<Record<string, Given>>,
  title: (name: string) => string,
  D: number,
): Sizes {
  const lengths = Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, data.length]));
  const sizes = sizesBy(layout, lengths, D);
  const [unitsBy, inputsBy] = layout.sizedBy;
  const whole = (name: string, size: number, what: string): void => {
    if (Number.isInteger(size) && size > 0) return;
    throw new RangeError(`"${title(name)}" expected a whole number of ${what}, got length ${lengths[name]}`);
  };
  whole(unitsBy, sizes.H, `units${layout.directions ? ` in ${D === 1 ? "one direction" : "two directions"}` : ""}`);
  whole(inputsBy, sizes.I, `inputs of ${sizes.H} units`);
  return sizes;
}

/** `short`: the first size, which is 1, may be missing. */
function expectShape(title: string, { data, shape }: Given, expected: readonly number[], short: boolean): void {
  if (!shape) check.lengthOf(title, data, check.product(expected));
  else check.sameShape(title, shape, short && shape.length < expected.length ? expected.slice(1) : expected);
}

/** Zeros for these arrays of the layout. */
export function newArrays(layout: Layout, sizes: Sizes, names: readonly string[]): Arrays {
  const shapes = Object.entries(layout.shapes(sizes)).filter(([name]) => names.includes(name));
  return {
    sizes,
    data: Object.fromEntries(shapes.map(([name, shape]) => [name, new Float32Array(check.product(shape))])),
  };
}

/** The arrays with their shapes. */
export function entriesOf(layout: Layout, { sizes, data }: Arrays): [name: string, entry: StateEntry][] {
  const shapes = layout.shapes(sizes);
  return Object.keys(data).map((name) => [name, { data: data[name], shape: shapes[name] }]);
}
