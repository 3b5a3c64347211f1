import { Block, type Pointers, placeEach, type Sizes, total } from "./block.js";
import type { Heap } from "./heap.js";
import type { Owner } from "./piece.js";

/** Memory for lists of arrays. Their sizes and places stay as long as each call has the plan of the one before. */
export class Workspace<Plan extends Readonly<Record<string, number | boolean>>> {
  private readonly block: Block;
  private readonly sizesOf: (plan: Plan) => readonly Sizes[];
  private plan: Plan | undefined;
  private sizes: readonly Sizes[] = [];
  private elements = 0;
  private base = 0;
  private places: readonly Pointers[] = [];

  constructor(heap: Heap, sizesOf: (plan: Plan) => readonly Sizes[], owner?: Owner) {
    this.block = new Block(heap, owner);
    this.sizesOf = sizesOf;
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(plan: Plan): number {
    if (!this.isLast(plan)) {
      this.sizes = this.sizesOf(plan);
      this.elements = this.sizes.reduce((sum, list) => sum + total(list), 0);
      this.base = 0;
      this.plan = plan;
    }
    return this.block.missing(this.elements);
  }

  /** Where the arrays are, after missing() of the same plan. */
  ensure(): readonly Pointers[] {
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

  private isLast(plan: Plan): boolean {
    const last = this.plan;
    if (last === undefined) return false;
    for (const key of Object.keys(plan)) if (plan[key] !== last[key]) return false;
    return true;
  }
}
