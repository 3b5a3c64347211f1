// The LSTM cell on packed gates: groups of four units, [i i i i  f f f f  g g g g  o o o o]. h, c and tanhC lie as [Hp],
// Hp = H rounded up to 4, so that whole rows are runs of groups without tails. Gates: sigmoid 2.5 ULP, tanh 1.06 ULP.
import { bytes, constant, madd } from "../simd";
import { expm1Poly, power, remainder, scaled } from "../math/exp";
import { negative, sigmoidOf } from "../math/sigmoid";
import { tanh4, tanhOf } from "../math/tanh";
import * as C from "../constants";

/** gates := i f g o after their functions; c1 = f c0 + i g. The four gates in lockstep: each step is written for all four. */
function gatesPass(c1: usize, gates: usize, c0: usize, groups: i32): void {
  const exponent = constant(C.EXPONENT), tiny = constant(C.CELL_TINY), sign = constant(C.SIGN);
  const least = constant(C.TANH_TINY);
  for (; groups > 0; groups--, gates += 64, c0 += 16, c1 += 16) {
    const xi = v128.load(gates), xf = v128.load(gates, 16), xg = v128.load(gates, 32), xo = v128.load(gates, 48);
    const a = f32x4.pmin(v128.andnot(xg, sign), constant(C.TANH_ONE));
    const b = v128.andnot(a, f32x4.lt(a, least)), zi = negative(xi), zf = negative(xf), zg = f32x4.add(b, b), zo = negative(xo);
    const ti = scaled(zi, exponent), tf = scaled(zf, exponent), tg = scaled(zg, exponent), to = scaled(zo, exponent);
    const ri = remainder(zi, ti, exponent), rf = remainder(zf, tf, exponent);
    const rg = remainder(zg, tg, exponent), ro = remainder(zo, to, exponent);
    const vi = expm1Poly(ri), vf = expm1Poly(rf), vg = expm1Poly(rg), vo = expm1Poly(ro);
    const i = sigmoidOf(xi, vi, power(ti)), f = sigmoidOf(xf, vf, power(tf));
    const g = tanhOf(a, v128.and(xg, sign), vg, power(tg), b), o = sigmoidOf(xo, vo, power(to));
    v128.store(gates, i), v128.store(gates, f, 16), v128.store(gates, g, 32), v128.store(gates, o, 48);
    const c = madd(f, v128.load(c0), f32x4.mul(i, g));
    v128.store(c1, v128.andnot(c, f32x4.lt(v128.andnot(c, sign), tiny)));
  }
}

/** tanhC = tanh(c), h = o tanhC. Four groups at a time. */
function outputPass(h: usize, tanhC: usize, c: usize, gates: usize, groups: i32): void {
  for (; groups >= 4; groups -= 4, gates += 256, c += 64, h += 64, tanhC += 64) {
    const y0 = tanh4(v128.load(c)), y1 = tanh4(v128.load(c, 16)), y2 = tanh4(v128.load(c, 32)), y3 = tanh4(v128.load(c, 48));
    v128.store(tanhC, y0), v128.store(tanhC, y1, 16), v128.store(tanhC, y2, 32), v128.store(tanhC, y3, 48);
    v128.store(h, f32x4.mul(v128.load(gates, 48), y0)), v128.store(h, f32x4.mul(v128.load(gates, 112), y1), 16);
    v128.store(h, f32x4.mul(v128.load(gates, 176), y2), 32), v128.store(h, f32x4.mul(v128.load(gates, 240), y3), 48);
  }
  for (; groups > 0; groups--, gates += 64, c += 16, h += 16, tanhC += 16) {
    const y = tanh4(v128.load(c));
    v128.store(tanhC, y);
    v128.store(h, f32x4.mul(v128.load(gates, 48), y));
  }
}

/**
 * c1 = f c0 + i g, tanhC = tanh(c1), h = o tanhC for `groups` groups; gates: pre-activations in, activations out
 * c1 may be c0. A |c1| below CELL_TINY becomes 0: decaying states would end in denormals.
 * Two passes: running the output right after each group is 4 to 35 % slower.
 */
export function cell(h: usize, c1: usize, tanhC: usize, gates: usize, c0: usize, groups: i32): void {
  gatesPass(c1, gates, c0, groups);
  outputPass(h, tanhC, c1, gates, groups);
}

/**
 * d = gradient of the gates' pre-activations; dc: gradient of c1 in, of c0 out; dh: of h. Every operation rounded, in this
 * order. `general`: slopes, peepholes (0: none) and coupled gates of general.ts.
 */
@inline
function backwardPass(
  general: bool, d: usize, dc: usize, dh: usize, gates: usize, c0: usize, tanhC: usize, slopes: usize, peepholes: usize,
  coupled: bool, groups: i32,
): void {
  const one = constant(C.ONE), next = bytes(4 * groups);
  for (; groups > 0; groups--, d += 64, dc += 16, dh += 16, gates += 64, c0 += 16, tanhC += 16) {
    const i = v128.load(gates), f = v128.load(gates, 16), g = v128.load(gates, 32), o = v128.load(gates, 48);
    const t = v128.load(tanhC), c = v128.load(c0), dht = v128.load(dh);
    const si = general ? v128.load(slopes) : f32x4.mul(i, f32x4.sub(one, i));
    const sf = general ? v128.load(slopes, 16) : f32x4.mul(f, f32x4.sub(one, f));
    const sg = general ? v128.load(slopes, 32) : f32x4.sub(one, f32x4.mul(g, g));
    const so = general ? v128.load(slopes, 48) : f32x4.mul(o, f32x4.sub(one, o));
    const st = general ? v128.load(slopes, 64) : f32x4.sub(one, f32x4.mul(t, t));
    const dzo = f32x4.mul(f32x4.mul(dht, t), so);
    let dct = madd(f32x4.mul(dht, o), st, v128.load(dc));
    if (general && peepholes) dct = madd(v128.load(peepholes + next * 2), dzo, dct);
    const dzi = f32x4.mul(f32x4.mul(dct, general && coupled ? f32x4.sub(g, c) : g), si);
    const dzf = f32x4.mul(f32x4.mul(dct, c), sf);
    v128.store(d, dzi), v128.store(d, dzf, 16), v128.store(d, dzo, 48);
    v128.store(d, f32x4.mul(f32x4.mul(dct, i), sg), 32);
    dct = f32x4.mul(dct, f);
    if (general) {
      slopes += 80;
      if (peepholes) {
        dct = madd(v128.load(peepholes + next), dzf, madd(v128.load(peepholes), dzi, dct));
        peepholes += 16;
      }
    }
    v128.store(dc, dct);
  }
}

export function cellBackward(
  d: usize, dc: usize, dh: usize, gates: usize, c0: usize, tanhC: usize, groups: i32,
): void {
  backwardPass(false, d, dc, dh, gates, c0, tanhC, 0, 0, false, groups);
}

/** The same of one row with options. */
export function generalCellBackward(
  d: usize, dc: usize, dh: usize, gates: usize, c0: usize, tanhC: usize, slopes: usize, peepholes: usize,
  coupled: bool, groups: i32,
): void {
  backwardPass(true, d, dc, dh, gates, c0, tanhC, slopes, peepholes, coupled, groups);
}
