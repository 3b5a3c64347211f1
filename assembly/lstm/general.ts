// The cell with a projection, peepholes, clip, coupled gates or other activations, on the packed gates of cell.ts. Forward
// keeps the slopes of the activations, so that backward is the same for all of them.
import { bytes, constant, madd } from "../simd";
import { activation, slope } from "./activations";
import * as C from "../constants";

// The words at `options`, see putOptions() of src/contract/lstm.ts; of an activation the first of three.
export const P: i32 = 0, HR: i32 = 1, HR_T: i32 = 2, PEEPHOLES: i32 = 3, SLOPES: i32 = 4, DWHR: i32 = 5, DWCH: i32 = 6;
const COUPLED: i32 = 7, CLIP: i32 = 8, F: i32 = 9, G: i32 = 12, OUT: i32 = 15;

@inline
export function word(options: usize, i: i32): usize {
  return load<u32>(options + bytes(i));
}

@inline
export function isCoupled(options: usize): bool {
  return load<i32>(options + bytes(COUPLED)) != 0;
}

/** The activation at z kept within +-clip. With `to` that gets its slope, 0 where z is clipped. */
function gate(which: usize, z: v128, clip: v128, to: usize): v128 {
  const sign = constant(C.SIGN), x = f32x4.pmin(f32x4.pmax(z, v128.or(clip, sign)), clip), y = activation(which, x);
  if (to) v128.store(to, v128.andnot(slope(which, x, y), f32x4.gt(v128.andnot(z, sign), clip)));
  return y;
}

/**
 * cell() of one row with options: zi += pi c0, zf += pf c0, zo += po c1 before their activations; coupled: f = 1 - i
 * h = o h(c1); slopes, unless 0, in groups of four units like the gates: i f g o h
 */
export function generalCell(
  h: usize, c1: usize, tanhC: usize, gates: usize, slopes: usize, c0: usize, options: usize, Hp: i32,
): void {
  const clip = v128.load32_splat(options + bytes(CLIP)), infinite = f32x4.splat(Infinity), one = constant(C.ONE);
  const sign = constant(C.SIGN), coupled = isCoupled(options), next = bytes(Hp);
  let peepholes = word(options, PEEPHOLES);
  for (const end = c1 + next; c1 < end; h += 16, c1 += 16, tanhC += 16, gates += 64, c0 += 16) {
    const c = v128.load(c0);
    let zi = v128.load(gates), zf = v128.load(gates, 16), zo = v128.load(gates, 48);
    if (peepholes) {
      zi = madd(v128.load(peepholes), c, zi);
      zf = madd(v128.load(peepholes + next), c, zf);
    }
    const i = gate(options + bytes(F), zi, clip, slopes);
    const g = gate(options + bytes(G), v128.load(gates, 32), clip, slopes ? slopes + 32 : 0);
    const f = coupled ? f32x4.sub(one, i) : gate(options + bytes(F), zf, clip, slopes ? slopes + 16 : 0);
    let sum = madd(f, c, f32x4.mul(i, g));
    sum = v128.andnot(sum, f32x4.lt(v128.andnot(sum, sign), constant(C.CELL_TINY)));
    if (peepholes) {
      zo = madd(v128.load(peepholes + next * 2), sum, zo);
      peepholes += 16;
    }
    const o = gate(options + bytes(F), zo, clip, slopes ? slopes + 48 : 0);
    const t = gate(options + bytes(OUT), sum, infinite, slopes ? slopes + 64 : 0);
    v128.store(gates, i), v128.store(gates, f, 16), v128.store(gates, g, 32), v128.store(gates, o, 48);
    v128.store(c1, sum), v128.store(tanhC, t), v128.store(h, f32x4.mul(o, t));
    if (!slopes) continue;
    if (coupled) v128.store(slopes, f32x4.splat(0), 16);
    slopes += 80;
  }
}
