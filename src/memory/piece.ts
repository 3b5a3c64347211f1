const NONE: Float32Array[] = [];

/** What is allocated in a linear memory. */
export class Piece {
  /** The byte pointer. */
  readonly start: number;
  /** Bytes; 0 once it is free. */
  size: number;
  /** The live views that were handed out, on this buffer. */
  views = NONE;
  buffer: ArrayBuffer | undefined = undefined;
  /** What frees it when it is collected, until that is watched. */
  holder: object | undefined = undefined;
  /** How many are watched: the holder, or else its views. */
  watched = 1;

  constructor(start: number, size: number) {
    this.start = start;
    this.size = size;
  }

  /** Forgets everything but where it was. */
  clear(): void {
    this.size = 0;
    this.views = NONE;
    this.buffer = undefined;
    this.holder = undefined;
  }
}
