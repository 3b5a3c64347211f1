// One memory image for several backends: arrays are placed in it, a kernel is called on a copy of it in each backend,
// and afterwards every byte is compared, but for the scratch.
import { type Backend, HEAP_BASE, type KernelName } from "../../src/contract.js";
import { create, type KernelTarget } from "./backends.js";
import type { Random } from "./random.js";

/** The sizes in pages: small ones are compared sooner, and few calls need the other. */
const [PAGES, MORE] = [3, 16];

export class Image {
  /** Replaced by a larger one when it is full. */
  buffer = patterned(PAGES);
  private top = HEAP_BASE;
  private scratch: [number, number] = [0, 0];

  /** A place for n elements, `skew` elements past a multiple of 64 bytes, with a gap behind it. */
  place(n: number, skew = 0): number {
    const at = this.top + 4 * skew;
    this.top = ((at + 4 * n + 64 + 63) >> 6) << 6;
    if (this.top > MORE * 65536) throw new Error("the image is full");
    if (this.top > this.buffer.byteLength) {
      const larger = patterned(MORE);
      new Uint8Array(larger).set(new Uint8Array(this.buffer));
      this.buffer = larger;
    }
    return at;
  }

  put(values: ArrayLike<number>, skew = 0): number {
    const at = this.place(values.length, skew);
    new Float32Array(this.buffer, at, values.length).set(values);
    return at;
  }

  putInts(values: ArrayLike<number>): number {
    const at = this.place(values.length);
    new Int32Array(this.buffer, at, values.length).set(values);
    return at;
  }

  /** float64 values over what was placed at a pointer. */
  putDoubles(at: number, values: ArrayLike<number>): void {
    new Float64Array(this.buffer, at, values.length).set(values);
  }

  /** float64 behind the n float32 at a pointer, most of which round to them. */
  behind(random: Random, at: number, n: number): number {
    const values = new Float32Array(this.buffer, at, n);
    const wide = this.place(2 * n);
    this.putDoubles(
      wide,
      Float64Array.from(values, (v) => v * (1 + random.uniform(-5e-8, 5e-8))),
    );
    return wide;
  }

  /** x [rows][cols] with a leading dimension of its own; the gaps keep the pattern. */
  putRows(x: Float32Array, rows: number, cols: number, ld: number, skew = 0): number {
    const at = this.place(rows * ld, skew);
    for (let r = 0; r < rows; r++) {
      new Float32Array(this.buffer, at + 4 * r * ld, cols).set(x.subarray(r * cols, (r + 1) * cols));
    }
    return at;
  }

  /** Zeroed scratch of n elements, which is not compared. */
  putScratch(n: number): number {
    const at = this.place(n);
    this.scratch = [at, at + 4 * n];
    new Uint8Array(this.buffer, at, 4 * n).fill(0);
    return at;
  }

  /** Runs the kernel on a copy of the image; returns the memory and the kernel's value. */
  run(target: KernelTarget, kernel: KernelName, args: number[]): { memory: ArrayBuffer; value: unknown } {
    const { kernels, memory } = backendOf(target, this.buffer.byteLength >> 16);
    // not below: there lie the constants of the binaries
    new Uint8Array(memory.buffer).set(new Uint8Array(this.buffer, HEAP_BASE), HEAP_BASE);
    const value = (kernels[kernel] as (...args: number[]) => unknown)(...args);
    return { memory: memory.buffer, value };
  }

  /** Where two memories differ, or undefined: NaN equals NaN whatever its payload, float64 too; scratch is left out. */
  difference(a: ArrayBuffer, b: ArrayBuffer): string | undefined {
    if (sameBytes(new Uint8Array(a, HEAP_BASE), new Uint8Array(b, HEAP_BASE))) return undefined;
    const [x, y, f, g] = [new Uint32Array(a), new Uint32Array(b), new Float32Array(a), new Float32Array(b)];
    for (let i = HEAP_BASE >> 2; i < x.length; i++) {
      if (x[i] === y[i] || (f[i] !== f[i] && g[i] !== g[i] && x[i] !== 0xffabcdef && y[i] !== 0xffabcdef)) continue;
      if (4 * i >= this.scratch[0] && 4 * i < this.scratch[1]) continue;
      if (isNaN64(x[i | 1]) && isNaN64(y[i | 1])) continue;
      return `byte ${4 * i}: ${f[i]} (${x[i].toString(16)}) and ${g[i]} (${y[i].toString(16)})`;
    }
    return undefined;
  }
}

/** Whether two memories hold the same, NaN being one whatever its payload: JavaScript does not define that. */
export function sameMemory(a: Uint8Array, b: Uint8Array): boolean {
  if (sameBytes(a, b)) return true;
  const [x, y, f, g] = [
    new Uint32Array(a.buffer),
    new Uint32Array(b.buffer),
    new Float32Array(a.buffer),
    new Float32Array(b.buffer),
  ];
  const same = (i: number): boolean =>
    x[i] === y[i] || (f[i] !== f[i] && g[i] !== g[i]) || (isNaN64(x[i | 1]) && isNaN64(y[i | 1]));
  return x.length === y.length && x.every((_, i) => same(i));
}

/** Whether all bytes are equal; in a browser, which has no Buffer, by words. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (typeof Buffer === "function") return Buffer.compare(a, b) === 0;
  if (a.length !== b.length) return false;
  const [x, y] = [a, b].map(({ buffer, byteOffset, length }) => new Int32Array(buffer, byteOffset, length >> 2));
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

/** Whether a float64 with this upper word is NaN, its lower word left out. A NaN of float32 with few bits set is not. */
function isNaN64(upper: number): boolean {
  return (upper & 0x7fffffff) > 0x7ff00000;
}

/** Memory in which what a kernel must not touch holds a pattern, a NaN as a float32. */
function patterned(pages: number): ArrayBuffer {
  const buffer = new ArrayBuffer(pages * 65536);
  new Uint32Array(buffer).fill(0xffabcdef);
  return buffer;
}

const backends = new Map<string, Backend>();

function backendOf(target: KernelTarget, pages: number): Backend {
  const key = `${target} ${pages}`;
  const found = backends.get(key) ?? create(target, pages);
  backends.set(key, found);
  return found;
}
