const NONE: Float32Array[] = [];

/**
 * Whose memory it is, for messages, and nothing that keeps that alive: the shape of a tensor; the kind of a layer, a
 * stream or an optimiser, one object for all that it holds; or what cannot be counted.
 */
export type Owner = readonly number[] | { readonly kind: string } | string;

/** What is allocated in a linear memory. */
export class Piece {
  /** The byte pointer. */
  readonly start: number;
  /** Bytes; 0 once it is free. */
  size: number;
  readonly owner: Owner;
  /** The live views that were handed out, on this buffer. */
  views = NONE;
  buffer: ArrayBuffer | undefined = undefined;
  /** What frees it when it is collected, until that is watched. */
  holder: object | undefined = undefined;
  /** How many are watched: the holder, or else its views. */
  watched = 1;

  constructor(start: number, size: number, owner: Owner) {
    this.start = start;
    this.size = size;
    this.owner = owner;
  }

  /** Forgets everything but where it was. */
  clear(): void {
    this.size = 0;
    this.views = NONE;
    this.buffer = undefined;
    this.holder = undefined;
  }
}
