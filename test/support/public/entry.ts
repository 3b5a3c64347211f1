// A row of the table of public functions, and the options that many of them have.
import { C, type Case, N, type Plan, type Size } from "./case.js";
import { floats, integer, type Kind, none, number, optional, out, sc, shape } from "./kinds.js";
import type { ReceiverName } from "./table.js";

export type Kinds = Record<string, Kind>;

export interface Entry {
  /** What it is called on. */
  on: ReceiverName;
  name: string;
  /** Whether it is an accessor. */
  get?: boolean;
  /** The arguments in their order, and the options behind them; "options.name" is an option that is named so in messages. */
  args?: Kinds;
  options?: Kinds;
  /** The name of the options in messages. */
  optionsName?: string;
  /** What has to be called before: without it the call is an Error. */
  after?: (c: Case, on: never) => unknown;
  /** The argument whose kind the result has: an array for an array, a tensor for a tensor. */
  like?: string;
  /** Whether it can be called once only. */
  once?: boolean;
  /** What it needs of the plan. */
  needs?: Partial<Plan>;
}

/** Whether it works on an instance, whose memory and backend it then has. */
export const ofInstance = ({ on, args }: Entry): boolean => on !== "module" || args?.sc !== undefined;

export const cols: Kind = {
  ...optional(
    integer(
      (c) => [c.cols],
      (c) => [-1, c.cols + 1],
    ),
  ),
  sized: true,
};
/** The last by default. */
export const axis: Kind = {
  ...optional(
    integer(
      ({ plan }) => (plan.axis === 0 ? [0, -2] : [1, -1]),
      () => [2, -3],
    ),
  ),
  given: (c) => c.plan.explicit || c.plan.axis === 0 || c.random.below(2) === 0,
  sized: true,
};
export const temperature = optional(number([1, 0.7, -2, 1e3, Number.POSITIVE_INFINITY], [0, 2 ** -128, 2 ** 150]));
/** The shape of an argument, which a tensor has itself. */
export const matrixShape = (of: string): Kind => shape(N, (c) => [c.rows, c.cols], { of, least: 1 });
export const rows = (of: string): Kinds => ({ shape: matrixShape(of), cols, axis, temperature });

const added = floats(C, { lengths: (c) => [N(c) + 1] });
/** Added, or which take part; as long as the last axis. */
export const mask: Kind = {
  ...optional(added),
  make: (c) => (c.random.below(2) ? added.make(c) : Uint8Array.from(c.random.ints(c.cols, 2))),
  wrong: (c) => [
    // an array of JavaScript is one of booleans
    ...added.wrong(c).map((wrong) => (Array.isArray(wrong.value) ? { ...wrong, value: [1] } : wrong)),
    ...[new Uint8Array(c.cols).fill(2), new Uint8Array(N(c) + 1)].map((value) => ({ value, error: RangeError })),
  ],
};

/** A number, or as many as there are losses: so many with reduction "none", else one. */
export function dLoss(count: Size): Kind {
  const losses = floats((c) => (c.made.reduction === "none" ? count(c) : 1));
  return {
    ...optional(losses),
    make: (c) => (c.random.below(2) ? losses.make(c) : c.random.normal()),
    wrong: (c) => losses.wrong(c).filter(({ value }) => typeof value !== "number"),
  };
}

export const elementwise = (name: string): Entry => ({
  on: "module",
  name,
  args: { sc, x: floats(N, { lengths: none }) },
  options: { out: out(N, "x") },
  like: "x",
});
