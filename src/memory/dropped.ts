import type { Piece } from "./piece.js";

/** Whether the console has been told. */
let told = false;

/** Pieces that are held until the end of a task at most. */
const WAITING = 256;

/**
 * Frees pieces of which neither the holder nor a view is left, once they are collected: between two tasks, never inside
 * a call. In an engine without FinalizationRegistry they stay.
 */
export class Dropped {
  private readonly registry: FinalizationRegistry<Piece> | undefined;
  // what a task allocates and frees is never watched, which takes V8 0.3 us
  private waiting: Piece[] = [];
  private asked = false;

  constructor(free: (piece: Piece) => void) {
    if (typeof FinalizationRegistry !== "function") return;
    const registry = new FinalizationRegistry<Piece>((piece) => {
      if (--piece.watched > 0) return;
      const views = piece.views.filter(({ length }) => length > 0);
      piece.views = [];
      piece.watched = views.length;
      for (const view of views) registry.register(view, piece);
      if (views.length > 0 || piece.size === 0) return;
      tell(piece.size);
      free(piece);
    });
    this.registry = registry;
  }

  watch(holder: object, piece: Piece): void {
    if (!this.registry) return;
    piece.holder = holder;
    if (this.waiting.push(piece) > WAITING) this.register();
    if (this.asked) return;
    this.asked = true;
    void Promise.resolve().then(() => {
      this.asked = false;
      this.register();
    });
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

function tell(bytes: number): void {
  if (told) return;
  told = true;
  globalThis.console?.warn(
    `softcell: a tensor, layer, stream or optimizer was dropped without dispose(). Its ${bytes} bytes are free again, ` +
      "but only since it was collected, which comes late or never: call dispose(), or declare it with `using`. " +
      "This is said once.",
  );
}
