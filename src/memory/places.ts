import { padded } from "./block.js";
import type { Heap } from "./heap.js";
import { type Floats, pointerOf } from "./tensor.js";

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

  /** Where an argument is, or room for it; 0 for none. */
  of(x: Floats | undefined): number {
    if (x === undefined) return 0;
    const pointer = pointerOf(this.heap, x);
    return pointer < 0 ? this.room(x.length) : pointer;
  }

  open(): void {
    this.base = this.heap.scratch(this.bytes);
  }

  at(place: number): number {
    return place < 0 ? this.base - 1 - place : place;
  }

  /** Where an argument is, copied to its room if it has one. */
  put(x: Floats | undefined, place: number): number {
    const at = this.at(place);
    if (place < 0) this.heap.f32.set(x as Float32Array, at >>> 2);
    return at;
  }
}

/**
 * Where the arguments of a call are (0: none), those that lie elsewhere as copies in scratch, and room for so many elements
 * beside them. To be called before anything else may grow the memory. Throws RangeError where that cannot grow.
 */
export function bring(
  heap: Heap,
  args: readonly (Floats | undefined)[],
  elements = 0,
): { at: readonly number[]; room: number } {
  const places = new Places(heap);
  const rooms = args.map((arg) => places.of(arg));
  const room = places.room(elements);
  places.open();
  return { at: args.map((arg, i) => places.put(arg, rooms[i])), room: places.at(room) };
}
