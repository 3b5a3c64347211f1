// A row from its largest entry down, the lower index of equal ones first, which is never sorted: an entry at a place of that order
// is found digit by digit of its float32 number, from the sums of the weights of each digit, in three passes whatever the row is.
// Plain TypeScript, so that it exists once and is the same on every backend.

/** An entry of a row; `key` grows in the order. */
export interface Place {
  key: number;
  index: number;
  /** The weights of all entries up to it. */
  mass: number;
}

const DIGITS = 2048;
const SHIFTS = [21, 10, 0];

export class Ranked {
  private bits: Int32Array = new Int32Array(0);
  private weights: Float64Array = new Float64Array(0);
  private readonly sums = new Float64Array(DIGITS);
  private readonly counts = new Int32Array(DIGITS);

  /** A row of float32, without NaN, by its bits, and the weights of its entries. */
  start(bits: Int32Array, weights: Float64Array): this {
    this.bits = bits;
    this.weights = weights;
    return this;
  }

  /** The k-th entry of the order, from 1 on. */
  kth(k: number): Place {
    return this.find(k, true);
  }

  /** The first entry that has a weight and at which the sum of the weights is at least `mass`, which is at most that of all. */
  reaching(mass: number): Place {
    return this.find(mass, false);
  }

  isAfter(a: Place, b: Place): boolean {
    return a.key > b.key || (a.key === b.key && a.index > b.index);
  }

  private find(target: number, counted: boolean): Place {
    const { sums, counts, bits, weights } = this;
    let [prefix, mask, mass, count] = [0, 0, 0, 0];
    for (const shift of SHIFTS) {
      sums.fill(0);
      counts.fill(0);
      for (let i = 0; i < bits.length; i++) {
        const key = keyOf(bits[i]);
        if ((key & mask) !== prefix) continue;
        const digit = (key >>> shift) & (DIGITS - 1);
        sums[digit] += weights[i];
        counts[digit]++;
      }
      // the last digit that has something, where the sums of this pass stay below those of the one before by rounding
      let [found, massBefore, countBefore] = [-1, mass, count];
      for (let digit = 0, m = mass, c = count; digit < DIGITS && (found < 0 || (counted ? c : m) < target); digit++) {
        if (!(counted ? counts[digit] : sums[digit] > 0)) continue;
        [found, massBefore, countBefore] = [digit, m, c];
        m += sums[digit];
        c += counts[digit];
      }
      [mass, count] = [massBefore, countBefore];
      prefix |= found << shift;
      mask |= (DIGITS - 1) << shift;
    }
    let index = -1;
    for (let i = 0; i < bits.length && (index < 0 || (counted ? count : mass) < target); i++) {
      if (keyOf(bits[i]) !== prefix) continue;
      index = i;
      mass += weights[i];
      count++;
    }
    return { key: prefix >>> 0, index, mass };
  }
}

/** An integer of 32 bits that grows, taken as unsigned, as the float32 number with these bits falls; one for 0 and -0. */
function keyOf(bits: number): number {
  if (bits === -0x80000000) return 0x7fffffff;
  return bits < 0 ? bits : bits ^ 0x7fffffff;
}
