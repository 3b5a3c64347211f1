// States between users and kernels.
import { bytes } from "../simd";
import { copyRow } from "./copy";
import { isSmall, smallPutState, smallTakeState } from "./small";

/**
 * to = state, as lstmForward, lstmStep and lstmBackward keep it
 * to[B][Hp] with rows ld elements apart, padded with 0; state[B][H], 0 for zeros; low[B][H] or 0, for small layers; no aliasing
 */
export function lstmPutState(to: usize, state: usize, low: usize, B: i32, I: i32, H: i32, ld: i32): void {
  if (isSmall(I, H)) smallPutState(to, state, low, B, H);
  else for (let b = 0; b < B; b++) copyRow(to + bytes(b * ld), state ? state + bytes(b * H) : 0, H, (H + 3) & ~3);
}

/**
 * state = from, as lstmForward and lstmBackward keep it
 * state, low[B][H]; from[B][Hp]; low is what rounding takes from state: 0 but for small layers; no aliasing
 */
export function lstmTakeState(state: usize, low: usize, from: usize, B: i32, I: i32, H: i32): void {
  if (isSmall(I, H)) {
    smallTakeState(state, low, from, B, H);
    return;
  }
  for (let b = 0; b < B; b++) copyRow(state + bytes(b * H), from + bytes(b * ((H + 3) & ~3)), H, H);
  memory.fill(low, 0, bytes(B * H));
}
