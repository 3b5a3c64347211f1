// What one build is measured with: its kernels and the module of the limits on one memory, and an instance.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { instantiate, type WasmName, wasmBackend } from "../../src/backend/instantiate.js";
import { type Backend, HEAP_BASE, type Kernels, ROW_SCRATCH } from "../../src/contract.js";
import { init, type Softcell } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { compile } from "./build.js";

/** See assembly/. */
export interface LimitKernels {
  products8(operands: number, n: number): number;
  chains12(operands: number, n: number): number;
  read(p: number, n: number): number;
  write(p: number, n: number): void;
  copy(to: number, from: number, n: number): void;
  topPass(x: number, rows: number, cols: number, scratch: number): number;
  reducePass(y: number, x: number, rows: number, cols: number, m: number, scratch: number): void;
  finishPass(y: number, rows: number, cols: number, scratch: number): void;
  sumPass(y: number, rows: number, cols: number, scratch: number): number;
  scalePass(y: number, rows: number, cols: number, factor: number): void;
}

/** The working set of the slowest level, twice the last level of a large cache. */
export const LARGEST = 128 * 2 ** 20;
const PAGES = LARGEST / 65536 + 64;

export class Bed {
  readonly build: WasmName;
  readonly sc: Softcell;
  readonly kernels: Kernels;
  readonly limits: LimitKernels;
  readonly buffer: ArrayBuffer;
  /** Of the kernels of rows. Where the library has it: a distance to the rows of about a multiple of 4 KB is slower. */
  readonly rowScratch = HEAP_BASE;
  private free = 0;

  private constructor(sc: Softcell, { name, kernels, memory }: Backend, limits: LimitKernels) {
    this.build = name as WasmName;
    this.sc = sc;
    this.kernels = kernels;
    this.limits = limits;
    this.buffer = memory.buffer;
    this.clear();
  }

  /** Undefined where the engine has no relaxed SIMD. Node 20 has it behind a flag, which is set here. */
  static async open(build: WasmName): Promise<Bed | undefined> {
    const binary = readFileSync(new URL(`../../build/${build}.wasm`, import.meta.url));
    if (!WebAssembly.validate(binary)) {
      if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
      if (!WebAssembly.validate(binary)) return undefined;
    }
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const backend = wasmBackend(build, instantiate(binary, memory), memory);
    const limits = instantiate(await compile(build), memory) as unknown as LimitKernels;
    return new Bed(await init({ backend: build }), backend, limits);
  }

  /** Where the next `bytes` are, a multiple of 64. Everything before clear() stays. */
  place(bytes: number): number {
    const at = this.free;
    this.free += Math.ceil(bytes / 64) * 64;
    if (this.free > this.buffer.byteLength) throw new RangeError(`${bytes} bytes do not fit`);
    return at;
  }

  /** place() for these numbers. */
  put(values: Float32Array | Int32Array): number {
    const at = this.place(values.byteLength);
    new Uint8Array(this.buffer, at).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return at;
  }

  /** place() for normal numbers. */
  normals(n: number, deviation = 1): number {
    return this.put(new Random(n).normals(n, deviation));
  }

  /** Everything that was placed is free. */
  clear(): void {
    this.free = HEAP_BASE;
    this.place(ROW_SCRATCH);
  }
}
