/**
 * The specification of every kernel, implemented twice: in assembly/ (WebAssembly) and in src/js/ (the fallback). Both work
 * on one linear memory and leave the same bits in it, but for the payload of NaN.
 *
 * Pointers are in bytes and multiples of 4, sizes and leading dimensions (ld) in elements. Elements are float32 unless
 * noted as i32. Sizes may be 0. Nothing is checked: callers are src/ops, src/layers and src/train. "Aliasing" names what
 * may overlap, exactly and with the same ld; everything else must not. Every operation is rounded to float32 unless
 * float64 is named. NaN in a row, or in a sequence of a batch, stays in it.
 */
import { ALTERNATIVES, type AlternativeKernels } from "./contract/alternatives.js";
import type { Arity } from "./contract/arity.js";
import { GEMM, type GemmKernels } from "./contract/gemm.js";
import { LAYERS, type LayerKernels } from "./contract/layers.js";
import { LOSSES, type LossKernels } from "./contract/losses.js";
import { LSTM, type LstmKernels } from "./contract/lstm.js";
import { MATH, type MathKernels } from "./contract/math.js";
import { RECURRENT, type RecurrentKernels } from "./contract/recurrent.js";
import { ROWS, type RowKernels } from "./contract/rows.js";
import { TRAIN, type TrainKernels } from "./contract/train.js";

export * from "./contract/alternatives.js";
export * from "./contract/gemm.js";
export * from "./contract/layers.js";
export * from "./contract/losses.js";
export * from "./contract/lstm.js";
export * from "./contract/math.js";
export * from "./contract/recurrent.js";
export * from "./contract/rows.js";
export * from "./contract/train.js";

export interface Kernels
  extends MathKernels, RowKernels, AlternativeKernels, LossKernels, GemmKernels, LayerKernels, RecurrentKernels,
    LstmKernels, TrainKernels {
  /** a b + c in float32: rounded twice, or once where the engine fuses (relaxed). No memory. */
  probeMadd(a: number, b: number, c: number): number;
}

/** The number of parameters of each kernel; the type holds it to the interface above, a test to both implementations. */
export const ARITY: Arity<Kernels> = /* @__PURE__ */ Object.assign(
  { probeMadd: 3 } as const, MATH, ROWS, ALTERNATIVES, LOSSES, GEMM, LAYERS, RECURRENT, LSTM, TRAIN,
) as Arity<Kernels>;

export type KernelName = keyof Kernels;

/** What implements the contract: kernels and the linear memory they work on. */
export interface Backend {
  readonly name: BackendName;
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  /** Adds the kernels of one more module on the same memory. */
  link?(module: Uint8Array<ArrayBuffer>): void;
  /** Gives the memory back, and detaches the views on it. */
  release?(): void;
}

/** WebAssembly, the same with multiplications and additions fused, the JavaScript fallback. */
export type BackendName = "strict" | "relaxed" | "js";

/** The part of WebAssembly.Memory that is used; the fallback has its own. After grow, `buffer` is another object. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB; throws RangeError where that is impossible. */
  grow(pages: number): number;
}

export const PAGE = 65536;

/** The first byte that is free: below it lie the constants of the binaries. */
export const HEAP_BASE = 4096;
