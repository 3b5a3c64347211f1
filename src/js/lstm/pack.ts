import type { Views } from "../memory.js";

/** Calls visit(row in PyTorch's order, or -1 for a padded one) in packed gate order. */
function packedOrder(H: number, visit: (row: number) => void): void {
  for (let unit = 0; unit < H; unit += 4) {
    for (let gate = 0; gate < 4; gate++) {
      for (let i = unit; i < unit + 4; i++) visit(i < H ? gate * H + i : -1);
    }
  }
}

export function lstmPack(
  m: Views, w: number, bias: number, wih: number, whh: number, bih: number, bhh: number, I: number, H: number,
  R: number,
): void {
  const F = m.f32;
  let column = 0;
  packedOrder(H, (row) => {
    const to = (w >>> 2) + (column >> 4) * 16 * (I + R) + (column & 15);
    for (let k = 0; k < I; k++) F[to + k * 16] = row < 0 ? 0 : F[(wih >>> 2) + row * I + k];
    for (let k = 0; k < R; k++) F[to + (I + k) * 16] = row < 0 ? 0 : F[(whh >>> 2) + row * R + k];
    F[(bias >>> 2) + column] = row < 0 || !bih ? 0 : F[(bih >>> 2) + row] + F[(bhh >>> 2) + row];
    column++;
  });
}

export function lstmPackTransposed(
  m: Views, wihT: number, whhT: number, wih: number, whh: number, I: number, H: number, R: number,
): void {
  packGateRows(m.f32, wihT >>> 2, wih >>> 2, H, I);
  packGateRows(m.f32, whhT >>> 2, whh >>> 2, H, R);
}

function packGateRows(F: Float32Array, p: number, w: number, H: number, N: number): void {
  for (let j = 0; j < N; j += 16) {
    packedOrder(H, (row) => {
      for (let i = j; i < j + 16; i++) F[p++] = row >= 0 && i < N ? F[w + row * N + i] : 0;
    });
  }
}
