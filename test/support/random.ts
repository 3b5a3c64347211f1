// Seeded random numbers for the tests.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export class Random {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** In [from, to). */
  uniform(from = 0, to = 1): number {
    return from + (to - from) * uniformFloat64(this.generator);
  }

  /** In 0..n - 1. */
  below(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  /** Any 32 bits. */
  bits(): number {
    return this.below(2 ** 31) * 2 + this.below(2);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  floats(n: number, from = -1, to = 1): Float32Array {
    return Float32Array.from({ length: n }, () => this.uniform(from, to));
  }

  normals(n: number, deviation = 1): Float32Array {
    return Float32Array.from({ length: n }, () => this.normal() * deviation);
  }

  ints(n: number, below: number): Int32Array {
    return Int32Array.from({ length: n }, () => this.below(below));
  }
}
