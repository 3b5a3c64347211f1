import { copyFloats } from "../arrays.js";
import { padded } from "./block.js";
import type { Heap } from "./heap.js";
import { copyIn, type Floats, isTaken, pointerOf, type Taken } from "./tensor.js";

/**
 * The arrays of a call: those that lie elsewhere get room in one scratch, and arrays beside them. What is asked for is
 * a pointer, or a number below 0 that put() and at() take after open(), the one call that may grow the memory.
 */
export class Places {
  private readonly heap: Heap;
  private bytes = 0;
  private base = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** Room for so many elements. */
  room(elements: number): number {
    const place = -1 - this.bytes;
    this.bytes += padded(elements);
    return place;
  }

  /** Where an argument of n elements is, or room for it; 0 for none. */
  of(x: Floats | undefined, n: number): number {
    if (x === undefined) return 0;
    const pointer = pointerOf(this.heap, x);
    return pointer < 0 ? this.room(n) : pointer;
  }

  open(): void {
    this.base = this.heap.scratch(this.bytes);
  }

  at(place: number): number {
    return place < 0 ? this.base - 1 - place : place;
  }

  /** Where an argument of n elements is, copied to its room if it has one. */
  put(x: Floats | undefined, n: number, place: number): number {
    const at = this.at(place);
    if (place < 0) copyFloats(this.heap.f32, at >>> 2, x as Float32Array, n);
    return at;
  }
}

/**
 * Where the arguments of a call are (0: none), those that lie elsewhere as copies in scratch, and room for so many elements
 * beside them. Those that lie in `written`, a range that the call writes to while it reads them, are copied, too. To be called
 * before anything else may grow the memory. Throws RangeError where that cannot grow.
 */
export function bring(
  heap: Heap,
  args: readonly (Floats | undefined)[],
  elements = 0,
  written: Taken = [],
): { at: readonly number[]; room: number } {
  const places = new Places(heap);
  const given = args.map((x) => {
    if (x === undefined) return undefined;
    const [pointer, n] = [pointerOf(heap, x), x.length];
    return { x, n, pointer, room: pointer < 0 || isTaken(pointer, n, written) ? places.room(n) : 0 };
  });
  const room = places.room(elements);
  places.open();
  const at = given.map((arg) => {
    if (!arg?.room) return arg?.pointer ?? 0;
    const to = places.at(arg.room);
    copyIn(heap, to, arg.x, arg.pointer, arg.n);
    return to;
  });
  return { at, room: places.at(room) };
}
