import { padded, place, total } from "./block.js";
import type { Heap } from "./heap.js";
import { type Floats, pointerOf, Tensor } from "./tensor.js";

/** Pointers to an argument and to the float64 behind it; 0 for none. */
export interface Given {
  pointer: number;
  wide: number;
}

const NONE: Given = { pointer: 0, wide: 0 };

/**
 * The arguments of a call where kernels find them, those that lie elsewhere as copies in scratch, and arrays of these
 * sizes beside them. To be called before anything else may grow the memory. Throws RangeError where that cannot grow.
 */
export function stage<G extends string, S extends string>(
  heap: Heap,
  args: Readonly<Record<G, Floats | undefined>>,
  sizes: Readonly<Record<S, number>>,
): { given: Record<G, Given>; at: Record<S, number> } {
  const given = {} as Record<G, Given>;
  let copied = 0;
  for (const name in args) {
    const value = args[name];
    const pointer = value === undefined ? 0 : pointerOf(heap, value);
    given[name] = value === undefined ? NONE : { pointer, wide: value instanceof Tensor ? value.widePointer : 0 };
    if (pointer < 0) copied += padded((value as Floats).length);
  }
  const base = heap.scratch(copied + 4 * total(sizes));
  let next = base;
  for (const name in args) {
    if (given[name].pointer >= 0) continue;
    const value = args[name] as Float32Array;
    heap.f32.set(value, next >>> 2);
    given[name].pointer = next;
    next += padded(value.length);
  }
  return { given, at: place(next, sizes) };
}
