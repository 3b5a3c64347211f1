// What the losses of single elements are made of: two elements at a time in float64, the last odd one alone.
import { bytes, load2, store2 } from "../simd";

/** load2() where p [period] is repeated. */
@inline
export function periodic2(p: usize, i: i32, period: i32): v128 {
  const a = i % period, b = a + 1 == period ? 0 : a + 1;
  return f64x2.replace_lane(f64x2.splat(load<f32>(p + bytes(a))), 1, <f64>load<f32>(p + bytes(b)));
}

/** Stores two losses l and gradients scale g (scale dloss g), each where asked for; returns what the sum takes. */
@inline
export function emit2(
  loss: usize, dx: usize, dloss: usize, i: i32, l: v128, g: v128, scale: v128, tail: bool,
): v128 {
  if (loss) store2(loss, i, l, tail);
  if (dx) {
    const factor = dloss ? f64x2.mul(scale, load2(dloss, i, tail)) : scale;
    store2(dx, i, f64x2.mul(factor, g), tail);
  }
  return tail ? i64x2.shuffle(l, i64x2.splat(0), 0, 2) : l;
}

/** (sum + S0) + S1 */
@inline
export function addBoth(sum: f64, v: v128): f64 {
  return sum + f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The sum of both lanes. */
@inline
export function sum2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
