// How many roundings may add up in an LSTM layer.
import type { LstmOptions } from "../oracle/lstm.js";
import { shapeOf } from "../oracle/lstm.js";
import { roundings } from "../worst.js";

/** Of T steps of B sequences with I inputs; weights as they are drawn do not amplify the errors of earlier steps. */
export function layerRoundings(options: LstmOptions, T: number, B: number, I: number) {
  const { H, P } = shapeOf(options);
  const projected = P === H ? 0 : roundings(H) + roundings(P);
  // A step adds the roundings of x, of h, of a bias, 8 in the cell, 3 of peepholes, and those of a projection.
  const forward = T * (roundings(I) + roundings(P) + 1 + 8 + 3 + projected);
  // A step back adds those of dh, over 4 Hp gates, and 13 in the cell to forward; a weight sums T B rows.
  const back = forward + T * (roundings(4 * ((H + 3) & ~3)) + 13 + projected) + T * B;
  return { forward, back };
}
