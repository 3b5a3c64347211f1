// States between users and kernels.
import { bytes } from "../simd";
import { copyRow } from "./copy";
import { isSmall, smallPutState, smallTakeState } from "./small";

/**
 * to = state, as lstmForward, lstmStep and lstmBackward keep it
 * to[B][Hp] with rows ld elements apart, padded with 0; state[B][H], 0 for zeros; wide[B][H] the float64 behind it, or 0, for small layers; no aliasing
 */
export function lstmPutState(to: usize, state: usize, wide: usize, B: i32, I: i32, H: i32, ld: i32): void {
  if (isSmall(I, H)) smallPutState(to, state, wide, B, H);
  else for (let b = 0; b < B; b++) copyRow(to + bytes(b * ld), state ? state + bytes(b * H) : 0, H, (H + 3) & ~3);
}

/**
 * state = from, as lstmForward and lstmBackward keep it
 * state[B][H]; wide[B][H] the float64 behind it, written by small layers only; from[B][Hp]; no aliasing
 */
export function lstmTakeState(state: usize, wide: usize, from: usize, B: i32, I: i32, H: i32): void {
  if (isSmall(I, H)) smallTakeState(state, wide, from, B, H);
  else for (let b = 0; b < B; b++) copyRow(state + bytes(b * H), from + bytes(b * ((H + 3) & ~3)), H, H);
}
