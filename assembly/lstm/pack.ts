// Packed copies of the weights of an LSTM layer. PyTorch's layout ([4H][K], gates i f g o) stays the truth.
// Packed gate order: groups of four units, in a group i f g o, in a gate its four units; Hp = H rounded up to 4.
// R is the width of h: H, or less after a projection.
import { bytes, transpose4 } from "../simd";
import { packRow } from "../gemm/pack";

/**
 * w = weights for the products with x and h, bias = bih + bhh, in packed gate order
 * w[Hp/4][I + R][16], x rows first; bias[4Hp]; wih[4H][I], whh[4H][R], bih, bhh[4H], both 0 for no bias
 * No aliasing. Units above H get +0.
 */
export function lstmPack(
  w: usize, bias: usize, wih: usize, whh: usize, bih: usize, bhh: usize, I: i32, H: i32, R: i32,
): void {
  packGates(w, wih, H, I, I + R);
  packGates(w + ((<usize>I) << 6), whh, H, R, I + R);
  for (let unit = 0; unit < H; unit += 4) {
    for (let gate = 0; gate < 4; gate++) {
      for (let i = 0; i < 4; i++, bias += 4) {
        const at = bytes(gate * H + unit + i);
        store<f32>(bias, unit + i < H && bih ? load<f32>(bih + at) + load<f32>(bhh + at) : 0);
      }
    }
  }
}

/** w[4H][K] => p[Hp/4][rows][16], the first K rows of each panel */
function packGates(p: usize, w: usize, H: i32, K: i32, rows: i32): void {
  for (let unit = 0; unit < H; unit += 4, p += (<usize>rows) << 6) {
    for (let gate = 0; gate < 4; gate++) packGate(p + (gate << 4), w + bytes((gate * H + unit) * K), K, H - unit);
  }
}

/** Four columns of a panel from four rows of w, of which n exist. */
function packGate(p: usize, w: usize, K: i32, n: i32): void {
  const next = bytes(K);
  let k = 0;
  if (n >= 4) {
    for (; k + 4 <= K; k += 4, w += 16, p += 256) {
      transpose4(p, 64, v128.load(w), v128.load(w + next), v128.load(w + next * 2), v128.load(w + next * 3));
    }
  }
  for (; k < K; k++, w += 4, p += 64) {
    for (let i = 0; i < 4; i++) store<f32>(p + bytes(i), i < n ? load<f32>(w + next * i) : 0);
  }
}

/**
 * wihT, whhT = weights for the products of backward: rows in packed gate order
 * wihT[ceil(I/16)][4Hp][16], whhT[ceil(R/16)][4Hp][16]; wih[4H][I], whh[4H][R]
 * No aliasing. Units above H get +0.
 */
export function lstmPackTransposed(
  wihT: usize, whhT: usize, wih: usize, whh: usize, I: i32, H: i32, R: i32,
): void {
  packGateRows(wihT, wih, H, I);
  packGateRows(whhT, whh, H, R);
}

function packGateRows(p: usize, w: usize, H: i32, N: i32): void {
  for (let j = 0; j < N; j += 16) {
    for (let unit = 0; unit < H; unit += 4) {
      for (let gate = 0; gate < 4; gate++) {
        for (let i = 0; i < 4; i++, p += 64) {
          packRow(p, w + bytes((gate * H + unit + i) * N + j), unit + i < H ? N - j : 0);
        }
      }
    }
  }
}
