import { aligned, pieceBytes } from "./align.js";
import type { Heap } from "./heap.js";
import type { Owner, Piece } from "./piece.js";

/** Memory that a layer keeps from call to call. It grows when more is needed; what it held is lost then. */
export class Block {
  /** Whose memory it is, for messages. */
  owner: Owner;
  private readonly heap: Heap;
  private elements = 0;
  private piece: Piece | undefined;

  constructor(heap: Heap, owner: Owner = "memory of layers") {
    this.heap = heap;
    this.owner = owner;
  }

  /** 0 before the first ensure(). */
  get pointer(): number {
    return this.piece?.start ?? 0;
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(elements: number): number {
    return elements > this.elements || !this.piece ? pieceBytes(4 * elements) : 0;
  }

  /** At least `elements` float32 at `pointer`. */
  ensure(elements: number): number {
    if (this.missing(elements)) {
      const piece = this.heap.allocate(4 * elements, this, this.owner);
      this.dispose();
      this.piece = piece;
      this.elements = elements;
    }
    return this.pointer;
  }

  /** The live view of so many float32 at a pointer in it. */
  view(at: number, length: number): Float32Array {
    return this.heap.viewOf(this.piece as Piece, 0, at, length);
  }

  dispose(): void {
    if (this.piece) this.heap.free(this.piece);
    this.piece = undefined;
    this.elements = 0;
  }
}

/** Sizes of arrays that lie one after the other, in elements of float32, by their names. */
export type Sizes<K extends string = string> = Readonly<Record<K, number>>;

/** Pointers to arrays by their names. */
export type Pointers<K extends string = string> = Readonly<Record<K, number>>;

/** Bytes that so many elements take. */
export const padded = (elements: number): number => aligned(4 * elements);

/** Elements that place() needs. */
export function total<K extends string>(sizes: Sizes<K>): number {
  let bytes = 0;
  for (const name of Object.keys(sizes)) bytes += padded(sizes[name as K]);
  return bytes / 4;
}

/** The pointer of each array, from `base` on, each on a line of the cache as that is. */
export function place<K extends string>(base: number, sizes: Sizes<K>): Record<K, number> {
  const at = {} as Record<K, number>;
  let next = base;
  for (const name of Object.keys(sizes) as K[]) {
    at[name] = next;
    next += padded(sizes[name]);
  }
  return at;
}

/** place() for one list of sizes after the other. */
export function placeEach<K extends string>(base: number, lists: readonly Sizes<K>[]): Record<K, number>[] {
  let next = base;
  return lists.map((sizes) => {
    const at = place(next, sizes);
    next += 4 * total(sizes);
    return at;
  });
}
