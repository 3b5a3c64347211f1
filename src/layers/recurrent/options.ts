// The options that all kinds of recurrent layers have, and what their calls take.
import * as check from "../../check.js";
import type { Integers } from "../../memory/tensor.js";
import { generator, type Random } from "../../random.js";
import type { Sequence } from "./sequence.js";
import type { Valid } from "./steps.js";

/** Options of a recurrent layer that do not depend on its cell. */
export interface RecurrentOptions {
  /** The number of layers on top of each other: each has the output of the one below as its input. Default 1. */
  numLayers?: number;
  /** Adds a second direction to each layer, from the last step to the first. The outputs lie side by side. Default false. */
  bidirectional?: boolean;
  /** ONNX's way to say it; "reverse" is the second direction alone, whose parameters have the suffix _reverse. */
  direction?: "forward" | "reverse" | "bidirectional";
  /** The probability that training drops an output of a layer but the last, in [0, 1): nothing with one layer. Default 0. */
  dropout?: number;
  /** The seed of dropout. Without it the generator of the instance goes on. */
  dropoutSeed?: number;
  /** x and output are [batch, steps, ...] instead of [steps, batch, ...], which is ONNX's layout 1. Default false. */
  batchFirst?: boolean;
  /**
   * Keras's option: false returns the output of the last step only, [batch, ...], and of the reverse direction that of the
   * first. Default true.
   */
  returnSequences?: boolean;
  /** Keras's option: the steps of x are taken from the last to the first, and output has that order. Default false. */
  goBackwards?: boolean;
  /**
   * Keras's option: a forward without a first state starts from the last state of the one before, until resetStates().
   * Default false.
   */
  stateful?: boolean;
  /**
   * Training keeps the state of every sqrt(steps)-th step only, and backward computes the others again. Default false.
   */
  recompute?: boolean;
}

/** Options of forward() that do not depend on the cell. */
export interface SequenceOptions {
  /** The number of sequences, for an x without a shape or with another one. Default 1, or what the length of a tensor gives. */
  batch?: number;
  /** The number of steps, for an x without a shape or with another one. Default: what the length gives. */
  steps?: number;
  /**
   * The number of steps of each sequence, in any order; ONNX's sequence_lens. Beyond them output is 0 and x is not
   * read. Default: all steps.
   */
  lengths?: Integers;
  /** Instead of lengths: 1 for the steps of x that count, 0 for those that are passed over, in the layout of x. */
  mask?: Uint8Array | readonly boolean[];
  /** Whether to drop, and to keep what backward needs; false needs less memory. Default: `training` of the layer. */
  training?: boolean;
}

export const RECURRENT_KEYS = [
  "numLayers",
  "bidirectional",
  "direction",
  "batchFirst",
  "dropout",
  "dropoutSeed",
  "returnSequences",
  "goBackwards",
  "stateful",
  "recompute",
];

export const SEQUENCE_KEYS = ["batch", "steps", "lengths", "mask", "training"];

/** The options with their defaults, checked. `reverse`: for each direction of a layer whether it is reverse. */
export function recurrentOptions(options: RecurrentOptions, random: Random) {
  const { numLayers = 1, dropout = 0, dropoutSeed, batchFirst = false, stateful = false } = options;
  const { returnSequences = true, goBackwards = false, recompute = false } = options;
  const reverse = directionsOf(options);
  check.integer("numLayers", numLayers, 1, 1024);
  check.fraction("dropout", dropout);
  const flags = { batchFirst, returnSequences, goBackwards, stateful, recompute };
  for (const [name, value] of Object.entries(flags)) check.boolean(name, value);
  return { ...flags, numLayers, dropout, reverse, random: generator(random, dropoutSeed, "dropoutSeed") };
}

export type Recurrence = ReturnType<typeof recurrentOptions>;

function directionsOf({ bidirectional, direction }: RecurrentOptions): readonly boolean[] {
  if (bidirectional !== undefined) check.boolean("bidirectional", bidirectional);
  if (direction === undefined) return bidirectional ? [false, true] : [false];
  check.oneOf("direction", direction, ["forward", "reverse", "bidirectional"]);
  if (bidirectional !== undefined && bidirectional !== (direction === "bidirectional")) {
    throw new RangeError(
      `"direction" expected to agree with bidirectional ${bidirectional}, got ${check.show(direction)}`,
    );
  }
  return direction === "bidirectional" ? [false, true] : [direction === "reverse"];
}

/** The lengths or the mask of a call, checked and copied. */
export function validOf({ lengths, mask }: SequenceOptions, { T, B }: Sequence): Valid {
  const ends = lengths === undefined ? undefined : check.lengthOf("lengths", check.integers("lengths", lengths), B);
  ends?.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
  const steps = mask === undefined ? undefined : check.lengthOf("mask", check.bits("mask", mask), T * B);
  if (ends && steps) throw new RangeError(`"mask" expected no lengths beside it`);
  return { lengths: ends, mask: steps };
}
