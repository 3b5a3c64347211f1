// Arguments of kernels as they are drawn: arrays of any bits at any alignment, placed in an image of the memory.
import { ROW_SCRATCH } from "../../../src/contract.js";
import { Image } from "../image.js";
import type { Draw } from "../property.js";

/** A matrix in the image. */
export interface Rows {
  at: number;
  ld: number;
}

/** Draws arguments, and places them. */
export class Arguments {
  readonly image = new Image();
  readonly draw: Draw;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  /** n values at any multiple of 4. */
  floats(n: number, rows = 1): number {
    const skew = this.draw.size(3);
    return this.image.put(this.draw.values(rows, Math.ceil(n / rows)).subarray(0, n), skew);
  }

  /** A place for n results: one of these, or one apart. */
  out(n: number, ...same: number[]): number {
    return this.draw.pick([() => this.image.place(n, this.draw.size(3)), ...same.map((at) => () => at)])();
  }

  rows(rows: number, cols: number): Rows {
    const ld = cols + this.draw.size(4);
    return { at: this.image.putRows(this.draw.values(rows, cols), rows, cols, ld, this.draw.size(3)), ld };
  }

  outRows(rows: number, cols: number, ...same: Rows[]): Rows {
    const ld = cols + this.draw.size(4);
    const apart = { at: this.image.place(rows * ld, this.draw.size(3)), ld };
    return this.draw.pick([apart, ...same]);
  }

  ints(n: number, below: number): number {
    return this.image.putInts(this.draw.random().ints(n, below));
  }

  scratch(n: number): number {
    return this.image.putScratch(n);
  }

  rowScratch(): number {
    return this.scratch(ROW_SCRATCH >> 2);
  }

  /** The float64 behind n float32, most of which round to them. */
  behind(at: number, n: number): number {
    return this.image.behind(this.draw.random(), at, n);
  }

  /** at, or 0 for an argument that is left out. */
  optional(at: number): number {
    return this.draw.flag() ? at : 0;
  }

  /** Rows and columns; long rows are few. */
  shape(): [rows: number, cols: number] {
    return this.draw.size(9) === 9
      ? [this.draw.size(2), this.draw.size(5000)]
      : [this.draw.size(9), this.draw.size(70)];
  }
}

/** The arguments of a kernel. */
export type Call = (a: Arguments) => number[];
