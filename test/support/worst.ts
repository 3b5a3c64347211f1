// The worst error of a test, and kernels on one backend.
import { expect } from "vitest";
import type { KernelName } from "../../src/contract.js";
import type { Target } from "./backends.js";
import type { Image } from "./image.js";
import { ulpError } from "./ulp.js";

export type Numbers = ArrayLike<number>;

export const MIN_NORMAL = 2 ** -126;

/** The worst error of a test and where it was. */
export class Worst {
  private error = 0;
  private where = "";

  /** Compares two arrays; error(i) is in ULP where nothing else is said. */
  compare(what: string, got: Numbers, want: Numbers, error = (i: number) => ulpError(got[i], want[i])): void {
    this.each(got, want, error, (i) => `${what}, element ${i}`);
  }

  each(got: Numbers, want: Numbers, error: (i: number) => number, where: (i: number) => string): void {
    expect(got.length).toBe(want.length);
    for (let i = 0; i < got.length; i++) {
      const e = error(i);
      if (e <= this.error) continue;
      this.error = Number.isNaN(e) ? Number.POSITIVE_INFINITY : e;
      this.where = `${where(i)}: got ${got[i]}, want ${want[i]}`;
    }
  }

  /** Compares two arrays; the error is relative to a bound of each element. */
  within(what: string, got: Numbers, want: Numbers, bound: (i: number) => number): void {
    const equal = (i: number) => got[i] === want[i] || Object.is(got[i], want[i]);
    this.compare(what, got, want, (i) => (equal(i) ? 0 : Math.abs(got[i] - want[i]) / bound(i)));
  }

  expectAtMost(bound: number): void {
    if (process.env.FIGURES) console.log(`${expect.getState().currentTestName}: ${this.error} (${this.where})`);
    expect(this.error, this.where).toBeLessThanOrEqual(bound);
  }
}

/** In ULP of factor * probability; a probability below 2^-126 may be flushed to 0. */
export function ulpOrFlushed(got: number, want: number, factor = 1): number {
  const least = MIN_NORMAL * Math.max(1, Math.abs(factor));
  if (Math.abs(want) >= least) return ulpError(got, want);
  return Math.abs(got - want) <= least ? 0 : Number.POSITIVE_INFINITY;
}

/**
 * Roundings that a term of a sum of K products takes part in at most: its product, the additions in its block, of which
 * the first block has 32, and one for each block that is added.
 */
export const roundings = (K: number): number => Math.min(K, 32) + Math.ceil(K / 32);

export const largest = (values: Numbers): number => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
export const floats = (image: Image, at: number, n: number): Float32Array =>
  new Float32Array(image.buffer, at, n).slice();

export type Call = (image: Image, kernel: KernelName, args: number[]) => unknown;

/** Runs a kernel on a backend; the image then holds what it left. */
export function kernelsOf(target: Target): Call {
  return (image, kernel, args) => {
    const { memory, value } = image.run(target, kernel, args);
    new Uint8Array(image.buffer).set(new Uint8Array(memory));
    return value;
  };
}
