// A guard of one line before and behind everything that lies in the linear memory of an instance, with a pattern that nobody may
// change.
import type { Softcell } from "../../src/index.js";
import type { Heap } from "../../src/memory/heap.js";
import { type Owner, Piece } from "../../src/memory/piece.js";
import { heapOf } from "./instance.js";

const LINE = 64;
const PATTERN = 0x7fabcdef;

export class Guard {
  private readonly heap: Heap;
  /** What is allocated, and the room with both guards that it lies in. */
  private readonly rooms = new Map<Piece, Piece>();

  /** Of an instance on which nothing was allocated yet. */
  constructor(sc: Softcell) {
    const heap = heapOf(sc);
    this.heap = heap;
    const take = Reflect.get(heap, "take").bind(heap) as (bytes: number, owner: Owner) => Piece;
    const free = heap.free.bind(heap);
    const pieces = Reflect.get(heap, "pieces") as Set<Piece>;
    Reflect.set(heap, "take", (bytes: number, owner: Owner): Piece => {
      const room = take((bytes || 1) + 2 * LINE, owner);
      const inner = new Piece(room.start + LINE, room.size - 2 * LINE, owner);
      this.rooms.set(inner, room);
      for (const line of this.linesOf(inner)) line.fill(PATTERN);
      // dispose() of the instance clears what users have
      pieces.add(inner);
      return inner;
    });
    Reflect.set(heap, "free", (piece: Piece): void => {
      const room = this.rooms.get(piece);
      if (heap.disposed || !room) return;
      this.check(piece);
      this.rooms.delete(piece);
      Reflect.get(heap, "dropped").forget(piece);
      pieces.delete(piece);
      piece.clear();
      free(room);
    });
  }

  private linesOf({ start, size }: Piece): Int32Array[] {
    const { buffer } = this.heap;
    return [start - LINE, start + size].map((at) => new Int32Array(buffer, at, LINE / 4));
  }

  /** Throws Error where a guard was changed: that of one piece, or any. */
  check(only?: Piece): void {
    if (this.heap.disposed) return;
    for (const piece of only ? [only] : this.rooms.keys()) {
      const changed = this.linesOf(piece).some((line) => line.some((word) => word !== PATTERN));
      if (changed) throw new Error(`the guard of ${JSON.stringify(piece.owner)} at ${piece.start} was overwritten`);
    }
  }
}
