import * as check from "../../check.js";
import { type Floats, Tensor } from "../../memory/tensor.js";

/** T steps of B sequences, and how their arrays lie: the row of step t and sequence b is the (t step + b row)-th. */
export interface Sequence {
  /** 0 without any sequence: there is nothing to do, however many steps there are. */
  T: number;
  B: number;
  step: number;
  row: number;
  /** The shape of the arrays without their last axis. */
  leading: readonly number[];
  /** The shape of x. */
  shape: readonly number[];
}

/**
 * The sequences of x, by its shape ([steps, batch, width], with batchFirst [batch, steps, width], or [steps, width] for
 * one sequence), or by `batch` and `steps` where they are given, of which a tensor tells the other. Throws RangeError
 * where they do not fit.
 */
export function sequenceOf(
  x: Floats,
  width: number,
  batchFirst: boolean,
  { batch, steps }: { batch?: number; steps?: number },
): Sequence {
  let single = false;
  if (batch === undefined && steps === undefined && x instanceof Tensor) {
    const { shape } = x;
    single = shape.length === 2;
    if (shape.at(-1) !== width || (shape.length !== 3 && !single)) {
      throw new RangeError(`"x" expected shape [steps, batch, ${width}], got [${shape}]`);
    }
    [steps, batch] = single ? [shape[0], 1] : batchFirst ? [shape[1], shape[0]] : shape;
  }
  if (batch === undefined) batch = x instanceof Tensor && steps ? x.length / (steps * width) : 1;
  const B = check.integer("batch", batch, 0);
  if (steps === undefined && B > 0 && x.length % (B * width) !== 0) {
    throw new RangeError(`"x" expected a multiple of ${B * width} elements, got ${x.length}`);
  }
  const given = check.integer("steps", steps === undefined ? (B ? x.length / (B * width) : 1) : steps, 1);
  check.lengthOf("x", x, given * B * width);
  const leading = single ? [given] : batchFirst ? [B, given] : [given, B];
  const shape = x instanceof Tensor ? x.shape : [...leading, width];
  const T = B ? given : 0;
  if (batchFirst && !single) return { T, B, step: 1, row: T, leading, shape };
  return { T, B, step: B, row: 1, leading, shape };
}

/** Where sequences of rows lie: the row of step t and sequence b is t step + b row elements behind the pointer. */
export interface Strided {
  pointer: number;
  step: number;
  row: number;
}

/** [T][B][width] one after the other, as the kernels have sequences. */
export const dense = (pointer: number, B: number, width: number): Strided => ({ pointer, step: B * width, row: width });

/** The steps from step t on. */
export const later = (steps: Strided, t: number): Strided =>
  t === 0 ? steps : { ...steps, pointer: steps.pointer + 4 * t * steps.step };
