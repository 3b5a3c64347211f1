// A row from its largest entry down, the lower index of equal ones first. It is never sorted: a place of that order is found digit by
// digit of the float32 numbers, from the sums of the weights of each digit, in time that grows with the row whatever is in it.
// Plain TypeScript, so that it exists once and is the same on every backend.

const DIGITS = 2048;

/** The weights and numbers of entries by a digit of their keys. */
class Histogram {
  readonly sums = new Float64Array(DIGITS);
  readonly counts = new Int32Array(DIGITS);

  clear(): void {
    this.sums.fill(0);
    this.counts.fill(0);
  }
}

/** An entry of a row; `key` grows in the order. */
export interface Place {
  key: number;
  index: number;
  /** The weights of all entries up to it. */
  mass: number;
}

export class Ranked {
  private weights: Float64Array = new Float64Array(0);
  private readonly keys: Int32Array;
  private readonly first = new Histogram();
  private readonly next = new Histogram();
  /** The entries that have the first digit of a place. */
  private readonly near: Int32Array;

  /** For rows of n entries. */
  constructor(n: number) {
    this.keys = new Int32Array(n);
    this.near = new Int32Array(n);
  }

  /** A row of float32, without NaN, by its bits, and the weights of its entries. */
  start(bits: Int32Array, weights: Float64Array): this {
    const { keys, first } = this;
    const { sums, counts } = first;
    this.weights = weights;
    first.clear();
    for (let i = 0; i < keys.length; i++) {
      const key = keyOf(bits[i]);
      const digit = key >>> 21;
      keys[i] = key;
      sums[digit] += weights[i];
      counts[digit]++;
    }
    return this;
  }

  /** The k-th entry of the order, from 1 on. */
  kth(k: number): Place {
    return this.find(k, true);
  }

  /** The first entry that has a weight and at which the sum of the weights is at least `mass`; the last that has one, if none is. */
  reaching(mass: number): Place {
    return this.find(mass, false);
  }

  private find(target: number, counted: boolean): Place {
    const { keys, near, first, next, weights } = this;
    let [mass, count, digit] = [0, 0, 0];
    /** Adds what is before the digit at which the target is reached: the last one, where sums are rounded otherwise than before. */
    const advance = ({ sums, counts }: Histogram): void => {
      let [m, c] = [mass, count];
      digit = -1;
      for (let d = 0; d < DIGITS && (digit < 0 || (counted ? c : m) < target); d++) {
        if (!(counted ? counts[d] : sums[d] > 0)) continue;
        [digit, mass, count] = [d, m, c];
        m += sums[d];
        c += counts[d];
      }
    };
    advance(first);
    let size = 0;
    for (let i = 0; i < keys.length; i++) {
      near[size] = i;
      if (keys[i] >>> 21 === digit) size++;
    }
    let prefix = digit << 21;
    for (const shift of [10, 0]) {
      next.clear();
      for (let j = 0; j < size; j++) {
        const key = keys[near[j]];
        if (key >>> 10 !== prefix >>> 10 && shift === 0) continue;
        const d = (key >>> shift) & (DIGITS - 1);
        next.sums[d] += weights[near[j]];
        next.counts[d]++;
      }
      advance(next);
      prefix |= digit << shift;
    }
    let index = -1;
    for (let j = 0; j < size && (index < 0 || (counted ? count : mass) < target); j++) {
      if (keys[near[j]] !== prefix) continue;
      index = near[j];
      mass += weights[index];
      count++;
    }
    return { key: prefix >>> 0, index, mass };
  }
}

/**
 * An integer of 32 bits that grows, taken as unsigned, as the float32 number with these bits falls; one for 0 and -0. Without a
 * branch on the sign, which took 5 times as long (Node 20).
 */
function keyOf(bits: number): number {
  const one = bits === -0x80000000 ? 0 : bits;
  return one ^ (~(one >> 31) & 0x7fffffff);
}
