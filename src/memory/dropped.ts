import { heldBy } from "./held.js";
import type { Piece } from "./piece.js";

/** Whether the console has been told. */
let told = false;

/** Pieces whose holders are held until a collection at most. */
const WAITING = 256;

/**
 * Frees pieces of which neither the holder nor a view is left, once they are collected: between two tasks, never inside
 * a call. In an engine without FinalizationRegistry they stay.
 */
export class Dropped {
  private readonly registry: FinalizationRegistry<Piece | undefined> | undefined;
  // what is freed before the next collection is never watched, which takes V8 0.3 us
  private waiting: Piece[] = [];

  constructor(free: (piece: Piece) => void) {
    if (typeof FinalizationRegistry !== "function") return;
    const registry = new FinalizationRegistry<Piece | undefined>((piece) => {
      if (!piece) return this.register();
      if (--piece.watched > 0) return;
      const views = piece.views.filter(({ length }) => length > 0);
      piece.views = [];
      piece.watched = views.length;
      for (const view of views) registry.register(view, piece);
      if (views.length > 0 || piece.size === 0) return;
      tell(piece);
      free(piece);
    });
    this.registry = registry;
  }

  watch(holder: object, piece: Piece): void {
    if (!this.registry) return;
    piece.holder = holder;
    // an object that the next collection takes
    if (this.waiting.push(piece) === 1) this.registry.register({}, undefined);
    if (this.waiting.length > WAITING) this.register();
  }

  private register(): void {
    for (const piece of this.waiting) {
      if (piece.holder) this.registry?.register(piece.holder, piece, piece);
      piece.holder = undefined;
    }
    this.waiting = [];
  }

  /** To be called before a piece is freed. */
  forget(piece: Piece): void {
    if (!piece.holder) this.registry?.unregister(piece);
  }
}

/** What was dropped until the end of the task. */
const lost: Pick<Piece, "owner" | "size">[] = [];

function tell({ owner, size }: Piece): void {
  if (told) return;
  // a collection ends many lives, each in a call of its own
  if (lost.push({ owner, size }) === 1) Promise.resolve().then(say);
}

function say(): void {
  told = true;
  globalThis.console?.warn(
    `softcell: dropped without dispose(): ${heldBy(lost.splice(0))}. This memory is free again, but only since it was ` +
      "collected, which comes late or never: call dispose(), or declare what you make with `using`. This is said once.",
  );
}
