// Whether a gradient is the gradient of a function, by central differences.
import * as check from "../check.js";
import { Random } from "../random.js";

/** Options of gradCheck(). */
export interface GradCheckOptions {
  /** The step, times max(1, |x[i]|). Default 2^-5; a second one is twice as long. */
  epsilon?: number;
  /** How far two gradients may differ, relative to the larger one. Default 1e-3. */
  tolerance?: number;
  /** Only so many of the elements, drawn without repetition. Default: all. */
  samples?: number;
  /** For samples. Default 0. */
  seed?: number;
}

/** What gradCheck() has found. */
export interface GradCheckReport {
  /** Whether no error is above the tolerance. */
  ok: boolean;
  /** Number of elements that were checked. */
  checked: number;
  /** The element with the largest error. */
  worst: { index: number; analytic: number; numeric: number; error: number };
  /**
   * The largest part of a difference that the rounding of f to float32 explains. Where it is not well below the
   * gradient the check says little: sum instead of taking a mean, or take a larger epsilon.
   */
  noise: number;
}

/** Of the value of f: 4 to 8 ULP in float32, which the sums behind a loss may lose. */
const ROUNDING = 2 ** -21;

const KEYS = ["epsilon", "tolerance", "samples", "seed"];

type Scalar = (x: Float32Array) => number;

/**
 * Compares dx, or dx(x), with central differences of f around x, element by element, and reports the worst: for the
 * gradients of losses and layers, of this library or of your own.
 *
 * Made for functions in float32. The points x[i] +- h are rounded to float32 and divided by their true distance. h is
 * long, since the rounding of f is divided by it, and what is wrong with so long a step is taken away by a second one:
 * with D(h) the difference, D(h) + (D(h) - D(2h)) / 3 is good to h^4. The error of an element is |analytic - numeric| /
 * max(|analytic|, |numeric|, noise / tolerance), noise = 2^-20 |f| / h, so that a gradient below the noise is not
 * called wrong. A kink of f (of relu, of a maximum) nearer than 2h shows as an error, and so does what bends within h,
 * which grows with |x[i]|: cross-entropy of logits near 20 that differ by 1, tanh(8 x). Take a smaller epsilon (2^-7;
 * 2^-9 for logits near 100), or another x.
 *
 * f gets an array of its own, which it must leave as it is, and is called twice, and four times for each element.
 * Throws RangeError where f or dx is not finite, Error where f gives two results for one x (as dropout without a fixed
 * seed does) or changes it.
 *
 * @example
 * const target = Float32Array.of(1, 0);
 * const lossOf = (x: Float32Array) => mse(sc, x, target).loss;
 * const x = Float32Array.of(3, 2);
 * gradCheck(lossOf, x, mse(sc, x, target).dx).ok; // true
 */
export function gradCheck(
  f: Scalar,
  xGiven: ArrayLike<number>,
  dx: ArrayLike<number> | ((x: Float32Array) => ArrayLike<number>),
  options?: GradCheckOptions,
): GradCheckReport {
  if (typeof f !== "function") throw new TypeError(`"f" expected a function, got ${check.show(f)}`);
  const x = check.numbers("x", xGiven);
  finite("x", x);
  if (x.length === 0) throw new RangeError(`"x" expected at least one element, got 0`);
  const own = typeof dx === "function" ? undefined : check.lengthOf("dx", check.numbers("dx", dx), x.length);
  const { epsilon = 2 ** -5, tolerance = 1e-3, samples = x.length, seed = 0 } = check.options("options", options, KEYS);
  check.number("epsilon", epsilon, 2 ** -20, 1);
  check.number("tolerance", tolerance, 0, 1, true);
  check.integer("samples", samples, 1);
  check.integer("seed", seed, 0, 2 ** 32 - 1);

  const point = x.slice();
  refuseRandom(f, point, x);
  const given = typeof dx === "function" ? check.numbers("dx(x)", dx(x.slice())) : (own as Float32Array);
  finite("dx", check.lengthOf("dx", given, x.length));
  const indices = pick(x.length, samples, seed);
  const report: GradCheckReport = {
    ok: true,
    checked: indices.length,
    worst: { index: indices[0], analytic: 0, numeric: 0, error: -1 },
    noise: 0,
  };
  for (const index of indices) {
    const [numeric, noise] = difference(f, point, index, epsilon * Math.max(1, Math.abs(x[index])));
    const analytic = given[index];
    const apart = Math.abs(analytic - numeric);
    const error = apart && apart / Math.max(Math.abs(analytic), Math.abs(numeric), noise / tolerance);
    if (error > report.worst.error) report.worst = { index, analytic, numeric, error };
    report.noise = Math.max(report.noise, noise);
  }
  report.ok = report.worst.error <= tolerance;
  return report;
}

function finite(name: string, values: Float32Array): void {
  const i = values.findIndex((v) => !Number.isFinite(v));
  if (i >= 0) throw new RangeError(`"${name}" expected finite numbers, got ${values[i]} at ${i}`);
}

function evaluate(f: Scalar, x: Float32Array, where: string): number {
  const value = f(x);
  if (typeof value !== "number") throw new TypeError(`"f" expected to return a number, got ${check.show(value)}`);
  if (!Number.isFinite(value)) throw new RangeError(`"f" expected to be finite, got ${value} at ${where}`);
  return value;
}

function refuseRandom(f: Scalar, point: Float32Array, x: Float32Array): void {
  const [a, b] = [evaluate(f, point, "x"), evaluate(f, point, "x")];
  if (a !== b) throw new Error(`"f" expected the same result for the same x, got ${a} and ${b}`);
  const i = point.findIndex((v, k) => v !== x[k]);
  if (i >= 0) throw new Error(`"f" expected to leave x as it is, got another value at ${i}`);
}

/** df / dx[i] from steps h and 2h, and what rounding may do to it. */
function difference(f: Scalar, point: Float32Array, i: number, h: number): [numeric: number, noise: number] {
  const middle = point[i];
  let largest = 0;
  const at = (x: number): number => {
    point[i] = x;
    const value = evaluate(f, point, `x[${i}] = ${x}`);
    point[i] = middle;
    largest = Math.max(largest, Math.abs(value));
    return value;
  };
  const slope = (step: number): number => {
    const [low, high] = [Math.fround(middle - step), Math.fround(middle + step)];
    return (at(high) - at(low)) / (high - low);
  };
  const [near, far] = [slope(h), slope(2 * h)];
  return [near + (near - far) / 3, (2 * ROUNDING * largest) / h];
}

/** Different indices in ascending order: by the partial shuffle of Fisher and Yates. */
function pick(n: number, samples: number, seed: number): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  if (samples >= n) return all;
  const random = new Random(seed);
  for (let i = 0; i < samples; i++) {
    const other = i + Math.floor(random.double() * (n - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, samples).sort((a, b) => a - b);
}
