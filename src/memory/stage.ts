import { padded, place, total } from "./block.js";
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
 * Pointers to the arguments of a call (0: none), those that lie elsewhere as copies in scratch, and arrays of these sizes
 * beside them. To be called before anything else may grow the memory. Throws RangeError where that cannot grow.
 */
export function stage<G extends string, S extends string>(
  heap: Heap,
  args: Readonly<Record<G, Floats | undefined>>,
  sizes: Readonly<Record<S, number>>,
): { given: Record<G, number>; at: Record<S, number> } {
  const given = {} as Record<G, number>;
  let copied = 0;
  for (const name in args) {
    const value = args[name];
    given[name] = value === undefined ? 0 : pointerOf(heap, value);
    if (given[name] < 0) copied += padded((value as Floats).length);
  }
  const base = heap.scratch(copied + 4 * total(sizes));
  let next = base;
  for (const name in args) {
    if (given[name] >= 0) continue;
    const value = args[name] as Float32Array;
    heap.f32.set(value, next >>> 2);
    given[name] = next;
    next += padded(value.length);
  }
  return { given, at: place(next, sizes) };
}
