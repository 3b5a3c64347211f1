import type { Views } from "../memory.js";
import { copyRow } from "./copy.js";
import { smallPutState, smallTakeState } from "./small.js";

export function lstmPutState(
  m: Views, to: number, state: number, wide: number, exact: number, B: number, H: number, ld: number,
): void {
  if (exact) {
    smallPutState(m, to, state, wide, B, H, ld);
    return;
  }
  for (let b = 0; b < B; b++) {
    copyRow(m.f32, (to >>> 2) + b * ld, state ? (state >>> 2) + b * H : -1, H, (H + 3) & ~3);
  }
}

export function lstmTakeState(
  m: Views, state: number, wide: number, from: number, exact: number, B: number, H: number, ld: number,
): void {
  if (exact) smallTakeState(m, state, wide, from, B, H, ld);
  else {
    for (let b = 0; b < B; b++) copyRow(m.f32, (state >>> 2) + b * H, (from >>> 2) + b * ld, H, H);
  }
}
