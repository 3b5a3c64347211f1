import { Block, placeEach, total } from "./block.js";
import type { Heap } from "./heap.js";
import type { Owner } from "./piece.js";

type Arrays = Readonly<Record<string, number>>;

/** Memory for lists of arrays. Their sizes and places stay as long as each call is like the one before. */
export class Workspace<Call extends Readonly<Record<string, number | boolean>>> {
  private readonly block: Block;
  private readonly sizesOf: (call: Call) => readonly Arrays[];
  private call: Call | undefined;
  private sizes: readonly Arrays[] = [];
  private elements = 0;
  private base = 0;
  private places: readonly Arrays[] = [];

  constructor(heap: Heap, sizesOf: (call: Call) => readonly Arrays[], owner?: Owner) {
    this.block = new Block(heap, owner);
    this.sizesOf = sizesOf;
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(call: Call): number {
    if (!this.isLast(call)) {
      this.sizes = this.sizesOf(call);
      this.elements = this.sizes.reduce((sum, list) => sum + total(list), 0);
      this.base = 0;
      this.call = call;
    }
    return this.block.missing(this.elements);
  }

  /** Where the arrays are, after missing() of the same call. */
  ensure(): readonly Arrays[] {
    const base = this.block.ensure(this.elements);
    if (base !== this.base) {
      this.places = placeEach(base, this.sizes);
      this.base = base;
    }
    return this.places;
  }

  dispose(): void {
    this.block.dispose();
  }

  private isLast(call: Call): boolean {
    const last = this.call;
    if (last === undefined) return false;
    for (const key in call) if (call[key] !== last[key]) return false;
    return true;
  }
}
