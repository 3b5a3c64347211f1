import { kindOf } from "../arrays.js";
import * as check from "../check.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";

/**
 * The state of the random generator of an instance, which layers without a seed and calls without one draw from: four
 * integers of 32 bits, a copy. setRandomState() goes on from it. It is that of xoshiro128** 1.1 (Blackman and Vigna, 2018).
 * Throws TypeError for what is no instance, Error for a disposed one.
 *
 * @example
 * const state = getRandomState(sc);
 * const first = sample(sc, [1, 2, 3]);
 * setRandomState(sc, state);
 * sample(sc, [1, 2, 3])[0] === first[0]; // true
 */
export function getRandomState(sc: Softcell): Uint32Array<ArrayBuffer> {
  heapOf(sc).alive();
  return randomOf(sc).state.slice();
}

/**
 * Lets the random generator of an instance go on from a state that getRandomState() gave, of this or of another instance.
 * `state`: a Uint32Array, or an array of four integers from 0 to 2^32 - 1, as it comes back from JSON; it is copied. Throws
 * TypeError for a wrong kind, RangeError for another length, another value and for zeros only, Error for a disposed instance.
 *
 * @example
 * const other = await init({ seed: 2 });
 * setRandomState(other, getRandomState(sc));
 */
export function setRandomState(sc: Softcell, state: ArrayLike<number>): void {
  heapOf(sc).alive();
  const copy = checkedRandomState("state", state);
  randomOf(sc).state.set(copy);
}

/** A copy. */
export function checkedRandomState(name: string, value: unknown): readonly number[] {
  if (!kindOf(value) && !Array.isArray(value)) {
    throw new TypeError(`"${name}" expected an array of integers, got ${check.show(value)}`);
  }
  const copy = Array.from(value as ArrayLike<unknown>, (v, i) => check.integer(`${name}[${i}]`, v, 0, 2 ** 32 - 1));
  check.lengthOf(name, copy, 4);
  // it would draw nothing but zeros
  if (copy.every((v) => v === 0)) throw new RangeError(`"${name}" expected anything but zeros, got zeros`);
  return copy;
}
