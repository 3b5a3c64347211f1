import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";

/** How the rows of an array lie. */
export interface RowOptions {
  /** Columns of a matrix given as a flat array. */
  cols?: number;
  /** The shape of an array; a tensor has one. Default: one row. */
  shape?: readonly number[];
  /** The axis that is reduced. Default -1; in this version only the last one. */
  axis?: number;
  /** Divides x. Default 1; anything but 0 and NaN. */
  temperature?: number;
}

const ROW_KEYS = ["cols", "shape", "axis", "temperature", "out"];

/** A checked matrix: `shape` is [rows, cols] with the leading axes as they were. */
export interface Matrix {
  rows: number;
  cols: number;
  shape: readonly number[];
  beta: number;
}

export function matrix(name: string, x: Floats, options: RowOptions, keys: readonly string[] = ROW_KEYS): Matrix {
  check.options("options", options, keys);
  const shape = rowShape(name, x, options);
  const axis = options.axis === undefined ? -1 : check.integer("axis", options.axis, -shape.length, shape.length - 1);
  if (axis !== -1 && axis !== shape.length - 1) {
    throw new RangeError(`"axis" expected -1 or ${shape.length - 1}, the last one, got ${axis}`);
  }
  const cols = shape[shape.length - 1];
  return { rows: check.product(shape.slice(0, -1)), cols, shape, beta: betaOf(options.temperature) };
}

function rowShape(name: string, x: Floats, { cols, shape }: RowOptions): readonly number[] {
  if (shape !== undefined) {
    check.shapeOf("shape", shape);
    if (shape.length === 0) throw new RangeError(`"shape" expected at least one axis, got []`);
    if (cols !== undefined && cols !== shape[shape.length - 1]) {
      throw new RangeError(`"cols" expected ${shape[shape.length - 1]}, the last of shape, got ${cols}`);
    }
    if (check.product(shape) !== x.length) {
      throw new RangeError(`"${name}" expected ${check.product(shape)} elements for shape [${shape}], got ${x.length}`);
    }
    return shape;
  }
  if (cols !== undefined) {
    check.integer("cols", cols, 0);
    if (cols === 0 ? x.length > 0 : x.length % cols !== 0) {
      throw new RangeError(`"${name}" expected a multiple of ${cols} elements, got ${x.length}`);
    }
    return [cols === 0 ? 0 : x.length / cols, cols];
  }
  return x instanceof Tensor && x.shape.length > 0 ? x.shape : [x.length];
}

function betaOf(temperature: number | undefined): number {
  if (temperature === undefined) return 1;
  if (typeof temperature !== "number") {
    throw new TypeError(`"temperature" expected a number, got ${typeof temperature}`);
  }
  if (temperature === 0 || Number.isNaN(temperature)) {
    throw new RangeError(`"temperature" expected a number that is not 0, got ${temperature}`);
  }
  return 1 / temperature;
}

/** Refuses an output that overlaps an input without being the same, which a kernel would half overwrite. */
export function refuseOverlap(out: number, outLength: number, x: number, length: number): void {
  if (out >= 0 && x >= 0 && out !== x && out < x + 4 * length && x < out + 4 * outLength) {
    throw new RangeError(`"out" expected to be an input or apart from it, got one that overlaps it`);
  }
}

/**
 * Runs a kernel with one output and up to two inputs, wherever they lie: outputs and foreign arrays go through one
 * scratch. The result is `out`, or a new tensor or array, as the first input is.
 */
export function run(
  heap: Heap,
  inputs: readonly Floats[],
  out: Floats | undefined,
  shape: readonly number[],
  kernel: (out: number, ...inputs: number[]) => void,
): Floats {
  const length = check.product(shape);
  if (out !== undefined) floats(heap, "out", out, length);
  const at = inputs.map((x) => pointerOf(heap, x));
  const outAt = out === undefined ? -1 : pointerOf(heap, out);
  inputs.forEach((x, i) => refuseOverlap(outAt, length, at[i], x.length));
  const pieces = [length, ...inputs.map((x) => x.length)].map((n) => Math.ceil(n / 16) * 64);
  let place = heap.scratch(pieces.reduce((sum, bytes) => sum + bytes, 0));
  const result = out ?? (inputs[0] instanceof Tensor ? new Tensor(heap, shape) : new Float32Array(length));
  const y = result instanceof Tensor ? result.pointer : outAt >= 0 ? outAt : place;
  place += pieces[0];
  const located = inputs.map((x, i) => {
    const pointer = locate(heap, x, at[i], place);
    place += pieces[i + 1];
    return pointer;
  });
  kernel(y, ...located);
  if (!(result instanceof Tensor) && outAt < 0) result.set(heap.f32.subarray(y >>> 2, (y >>> 2) + length));
  return result;
}
