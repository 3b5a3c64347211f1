// Seeded random numbers: operations on integers and + - x / only, so that every engine draws the same ones.
import * as check from "./check.js";

/** A generator for one call, or that of the instance where no seed is given; `name` is that of the seed in messages. */
export function generator(random: Random, seed: number | undefined, name = "seed"): Random {
  return seed === undefined ? random : new Random(check.integer(name, seed, 0, 2 ** 32 - 1));
}

/** exp(-1 / 2). */
const EXP_MINUS_HALF = 0.6065306597126334;

/** xoshiro128** 1.1 (Blackman and Vigna, 2018), seeded by splitmix32. */
export class Random {
  /** All that the next numbers are a function of. */
  readonly state = new Uint32Array(4);

  constructor(seed: number) {
    for (let i = 0; i < 4; i++) {
      seed = (seed + 0x9e3779b9) | 0;
      let z = seed ^ (seed >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.state[i] = z ^ (z >>> 15);
    }
  }

  /** An integer in 0..2^32 - 1. */
  next(): number {
    const s = this.state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** A float in [0, 1), a multiple of 2^-24, exact in float32. */
  uniform(): number {
    return (this.next() >>> 8) * 2 ** -24;
  }

  /** A float in (0, 1), an odd multiple of 2^-24, exact in float32. */
  inside(): number {
    return ((this.next() >>> 9) + 0.5) * 2 ** -23;
  }

  /** A float64 in [0, 1), a multiple of 2^-53. */
  double(): number {
    return ((this.next() >>> 5) * 2 ** 26 + (this.next() >>> 6)) * 2 ** -53;
  }
}

/**
 * A standard normal without a logarithm, which differs between engines: after Karney (2016, ACM TOMS 42(1), arXiv
 * 1303.6257), in float64 and in steps of 1/2. y = (k + x) / 2 of a geometric k and a uniform x, both from one number,
 * has a density like exp(-k / 2), and is kept with the probability exp((k - 1 - y^2) / 2).
 */
export function normal(random: Random): number {
  for (;;) {
    let u = random.double() + 2 ** -54; // never 0
    let k = 0;
    for (; u < EXP_MINUS_HALF; k++) u /= EXP_MINUS_HALF;
    const y = (k + (u - EXP_MINUS_HALF) / (1 - EXP_MINUS_HALF)) / 2;
    if (happens(random, (y * y + 1 - k) / 2)) return random.next() & 1 ? y : -y;
  }
}

/**
 * True with probability exp(-t): where t <= 1, if uniform numbers fall from t on an even number of times (von Neumann
 * 1951).
 */
function happens(random: Random, t: number): boolean {
  for (; t > 1; t--) if (!happens(random, 1)) return false;
  let even = true;
  for (let u = random.double(); u < t; u = random.double()) {
    t = u;
    even = !even;
  }
  return even;
}
