import type { Part } from "../backend/parts.js";
import { decode } from "../backend/text.js";
import { type Backend, HEAP_BASE, type Kernels, type LinearMemory, PAGE, ROW_SCRATCH } from "../contract.js";
import { aligned, pieceBytes } from "./align.js";
import { Dropped } from "./dropped.js";
import { Gaps } from "./gaps.js";
import { heldBy } from "./held.js";
import { type Owner, Piece } from "./piece.js";

/** No more is handed out: kernels compare pointers up to 2,048 bytes behind an array, and 2^32 is 0 to them. */
const LIMIT = 65535 * PAGE;

/** Bytes of scratch that are kept, however few are used. */
const KEPT = 2 ** 20;

/** More is given back after so many calls in a row that use less than half of it: 0.3 us in a round of as many. */
const PATIENCE = 64;

/**
 * The one allocator of a linear memory: first fit in order of address, everything on whole lines of the cache. Memory
 * grows by at least a quarter when nothing fits, so that views are rarely detached.
 */
export class Heap {
  kernels: Kernels;
  /** Scratch of the kernels of rows, always there. */
  readonly rowScratch: number;
  /** The parts whose kernels are there, a bit each. */
  linked = 0;
  /** Whether dispose() has been called. */
  disposed = false;
  /** Whether layers are in training, unless they say otherwise. */
  training = true;
  private backend: Backend;
  private memory: LinearMemory;
  private gaps = new Gaps();
  private readonly pieces = new Set<Piece>();
  private readonly dropped = new Dropped((piece) => this.free(piece));
  private allocated = 0;
  private spare = new Piece(0, 0, "scratch");
  /** Calls in a row that used less than half of it. */
  private modest = 0;
  // `buffer` of a view takes V8 10 ns and that of the memory 20, so views and buffer are kept, and made anew by lookUp()
  private now!: ArrayBuffer;
  private floats!: Float32Array;
  private ints!: Int32Array;
  private last!: Float32Array;
  private lastAt = 0;

  constructor(backend: Backend) {
    this.backend = backend;
    this.kernels = backend.kernels;
    this.memory = backend.memory;
    this.addPages(HEAP_BASE);
    this.lookUp();
    this.rowScratch = this.take(ROW_SCRATCH, "scratch").start;
  }

  /** Lets go of the memory: whatever is called then throws Error, but for free(). */
  dispose(): void {
    this.alive();
    this.backend.release?.();
    const trap = { get: () => this.alive() };
    this.disposed = true;
    this.linked = 0;
    this.backend = this.memory = this.kernels = new Proxy({}, trap) as Backend & LinearMemory & Kernels;
    // of length 0, as views of a memory that has grown: the next look at it meets the trap
    this.last = this.floats = new Float32Array(0);
    this.ints = new Int32Array(0);
    this.now = this.floats.buffer as ArrayBuffer;
    // V8 keeps a memory as long as one view on it, and whoever has a tensor has its piece
    for (const piece of this.pieces) piece.clear();
    this.pieces.clear();
    this.gaps = new Gaps();
  }

  /** Throws Error after dispose(). */
  alive(): void {
    if (this.disposed) throw new Error("this instance is disposed");
  }

  /** Makes sure that the kernels of a part are there. */
  use(part: Part): void {
    if (!(this.linked & part.bit)) this.link(part);
  }

  /** Compiles the kernels of a part, unless the backend has them. Throws Error where that is impossible, and says why. */
  private link(part: Part): void {
    this.alive();
    if (!this.kernels[part.kernel]) {
      try {
        this.backend.link?.(decode(part.text));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`the kernels of ${part.kernel} cannot be loaded: ${reason}`, { cause });
      }
      // a module of the user that is not softcell's, or that of another version
      if (!this.kernels[part.kernel]) throw new Error(`"module" expected all kernels, got one without ${part.kernel}`);
    }
    this.linked |= part.bit;
  }

  private lookUp(): void {
    this.now = this.memory.buffer;
    // of js: engines refuse to transfer a WebAssembly.Memory, or copy
    if (this.now.byteLength === 0) throw new Error("the memory of this instance was transferred");
    this.floats = new Float32Array(this.now);
    this.ints = new Int32Array(this.now);
    this.last = this.floats.subarray(0, 0);
  }

  /** The whole memory as float32: a live view until the memory grows, so never to be kept. */
  get f32(): Float32Array {
    if (this.floats.length === 0) this.lookUp();
    return this.floats;
  }

  get i32(): Int32Array {
    if (this.floats.length === 0) this.lookUp();
    return this.ints;
  }

  get buffer(): ArrayBuffer {
    if (this.floats.length === 0) this.lookUp();
    return this.now;
  }

  /** A live view, never to be kept. The last one is at hand: calls of one size find their result at one place. */
  view(at: number, length: number): Float32Array {
    if (this.lastAt !== at || this.last.length !== length || length === 0) {
      this.last = this.f32.subarray(at >>> 2, (at >>> 2) + length);
      this.lastAt = at;
    }
    return this.last;
  }

  /** A live view on a piece, which may be kept: the same one until the memory grows. Others have another index. */
  viewOf(piece: Piece, index: number, at: number, length: number): Float32Array {
    const { buffer } = this;
    if (piece.buffer !== buffer) {
      piece.buffer = buffer;
      piece.views = [];
    }
    piece.views[index] ??= new Float32Array(buffer, at, length);
    return piece.views[index];
  }

  /** Bytes of the linear memory, and bytes of it that are allocated; scratch does not count. */
  get usage(): { total: number; used: number } {
    return { total: this.memory.buffer.byteLength, used: this.allocated - this.spare.size };
  }

  /**
   * Makes sure that allocations of so many bytes in all will succeed, so that what needs several of them can fail
   * before it has changed anything. Throws RangeError where the memory cannot grow.
   */
  reserve(bytes: number): void {
    if (bytes > 0 && !this.gaps.has(bytes)) this.grow(bytes);
  }

  /**
   * So many bytes, zeroed, until free() or until the holder is dropped; `owner` is for messages. Throws RangeError where
   * the memory cannot grow.
   */
  allocate(bytes: number, holder: object, owner: Owner): Piece {
    const piece = this.take(bytes, owner);
    this.f32.fill(0, piece.start >>> 2, (piece.start + aligned(bytes)) >>> 2);
    this.dropped.watch(holder, piece);
    return piece;
  }

  private take(bytes: number, owner: Owner): Piece {
    const size = pieceBytes(bytes);
    if (!this.gaps.has(size)) this.grow(size);
    const piece = new Piece(this.gaps.take(size), size, owner);
    this.pieces.add(piece);
    this.allocated += size;
    return piece;
  }

  /** Nothing after dispose(). */
  free(piece: Piece): void {
    if (this.disposed) return;
    const { start, size } = piece;
    this.dropped.forget(piece);
    this.pieces.delete(piece);
    this.allocated -= size;
    piece.clear();
    this.gaps.add(start, start + size);
  }

  /** Makes the last gap at least `size` bytes. */
  private grow(size: number): void {
    const before = this.memory.buffer.byteLength;
    const start = before - this.gaps.before(before);
    const needed = Math.ceil((start + size - before) / PAGE);
    const steps = start + size > LIMIT ? [] : [Math.max(needed, Math.ceil(before / PAGE / 4)), needed];
    for (const pages of steps) {
      try {
        this.memory.grow(pages);
        this.lookUp();
        this.addPages(before);
        return;
      } catch {
        // a quarter more may be too much where the pages that are needed are not
      }
    }
    throw new RangeError(
      `memory expected ${size} free bytes in one piece, has ${this.gaps.largest()}, and cannot grow past its ` +
        `${before} bytes; it holds ${heldBy(this.pieces)}`,
    );
  }

  /** The memory from an address on. */
  private addPages(start: number): void {
    const end = Math.min(this.memory.buffer.byteLength, LIMIT);
    if (start < end) this.gaps.add(start, end);
  }

  /** At least `bytes` bytes for the length of one call; the next call gets the same ones. */
  scratch(bytes: number): number {
    const { size } = this.spare;
    if (bytes > size) this.renew(bytes, Math.max(bytes, 2 * size));
    else if (size <= KEPT || 2 * bytes >= size) this.modest = 0;
    else if (++this.modest === PATIENCE) this.renew(Math.max(bytes, KEPT));
    return this.spare.start;
  }

  /** Other scratch. `wanted` bytes only where that many are free: the call may need the last pages for more. */
  private renew(bytes: number, wanted = bytes): void {
    this.modest = 0;
    if (this.spare.size) this.free(this.spare);
    this.spare = this.take(this.gaps.has(wanted) ? wanted : bytes, "scratch");
  }
}
