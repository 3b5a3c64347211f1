import { type LinearMemory, PAGE } from "../contract.js";

/** What a kernel of the fallback sees of its memory. Indices are byte pointers >>> 2, >>> 3 for f64. */
export interface Views {
  f32: Float32Array;
  i32: Int32Array;
  f64: Float64Array;
}

/** A linear memory on an ArrayBuffer, which grows and detaches its old views as WebAssembly.Memory does. */
export class JsMemory implements LinearMemory, Views {
  buffer: ArrayBuffer;
  f32: Float32Array;
  i32: Int32Array;
  f64: Float64Array;
  private readonly maximum: number;

  /** Sizes in pages of 64 KiB. */
  constructor(initial: number, maximum: number) {
    this.maximum = maximum;
    this.buffer = new ArrayBuffer(initial * PAGE);
    this.f32 = new Float32Array(this.buffer);
    this.i32 = new Int32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer);
  }

  grow(pages: number): number {
    const old = this.buffer;
    const before = old.byteLength / PAGE;
    if (before + pages > this.maximum) throw new RangeError(`memory cannot grow past ${this.maximum} pages`);
    const grown = new ArrayBuffer(old.byteLength + pages * PAGE); // throws RangeError where the engine has no more
    new Uint8Array(grown).set(new Uint8Array(old));
    this.buffer = grown;
    this.f32 = new Float32Array(grown);
    this.i32 = new Int32Array(grown);
    this.f64 = new Float64Array(grown);
    detach(old);
    return before;
  }

  release(): void {
    detach(this.buffer);
    this.f32 = new Float32Array(0);
    this.i32 = new Int32Array(0);
    this.f64 = new Float64Array(0);
    this.buffer = this.f32.buffer as ArrayBuffer;
  }
}

/** An old view must not look alive. */
function detach(buffer: ArrayBuffer): void {
  if (typeof structuredClone !== "function" || buffer.byteLength === 0) return;
  structuredClone(buffer, { transfer: [buffer] });
}
