// States between users and kernels.
import { bytes } from "../simd";
import { copyRow } from "./copy";
import { smallPutState, smallTakeState } from "./small";

/**
 * to = state, as the kernels keep it: with exact = 1 in float64
 * to[B][ld], padded with 0 to a multiple of 4 (exact: to ld); state[B][H], 0 for zeros; wide[B][H] the float64 behind it, or
 * 0, where exact; no aliasing
 */
export function lstmPutState(to: usize, state: usize, wide: usize, exact: i32, B: i32, H: i32, ld: i32): void {
  if (exact) smallPutState(to, state, wide, B, H, ld);
  else for (let b = 0; b < B; b++) copyRow(to + bytes(b * ld), state ? state + bytes(b * H) : 0, H, (H + 3) & ~3);
}

/**
 * state = from, as the kernels keep it: with exact = 1 in float64
 * state[B][H]; wide[B][H] the float64 behind it, written where exact; from[B][ld]; no aliasing
 */
export function lstmTakeState(state: usize, wide: usize, from: usize, exact: i32, B: i32, H: i32, ld: i32): void {
  if (exact) smallTakeState(state, wide, from, B, H, ld);
  else for (let b = 0; b < B; b++) copyRow(state + bytes(b * H), from + bytes(b * ld), H, H);
}
