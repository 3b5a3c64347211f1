// The LSTM cell on packed gates: groups of four units, [i i i i  f f f f  g g g g  o o o o]. h, c and tanhC lie as [Hp],
// Hp = H rounded up to 4, so that whole rows are runs of groups without tails. Gates: sigmoid 2.4 ULP, tanh 1.06 ULP.
import { constant, madd } from "../simd";
import { expm1Poly, power, remainder, scaled } from "../math/exp";
import { sigmoidOf } from "../math/sigmoid";
import { tanh4, tanhOf } from "../math/tanh";
import * as C from "../constants";

/** -|x|, clamped where 2^n would leave the normal numbers. */
@inline
function negative(x: v128): v128 {
  return f32x4.pmax(v128.or(x, constant(C.SIGN)), constant(C.GATE_MIN));
}

/** gates := i f g o after their functions; c1 = f c0 + i g. The four gates in lockstep: each step is written for all four. */
function gatesPass(c1: usize, gates: usize, c0: usize, groups: i32): void {
  const exponent = constant(C.EXPONENT), tiny = constant(C.CELL_TINY), sign = constant(C.SIGN);
  for (; groups > 0; groups--, gates += 64, c0 += 16, c1 += 16) {
    const xi = v128.load(gates), xf = v128.load(gates, 16), xg = v128.load(gates, 32), xo = v128.load(gates, 48);
    const a = f32x4.pmin(v128.andnot(xg, sign), constant(C.TANH_ONE));
    const zi = negative(xi), zf = negative(xf), zg = f32x4.add(a, a), zo = negative(xo);
    const ti = scaled(zi, exponent), tf = scaled(zf, exponent), tg = scaled(zg, exponent), to = scaled(zo, exponent);
    const ri = remainder(zi, ti, exponent), rf = remainder(zf, tf, exponent);
    const rg = remainder(zg, tg, exponent), ro = remainder(zo, to, exponent);
    const vi = expm1Poly(ri), vf = expm1Poly(rf), vg = expm1Poly(rg), vo = expm1Poly(ro);
    const i = sigmoidOf(xi, vi, power(ti)), f = sigmoidOf(xf, vf, power(tf));
    const g = tanhOf(a, v128.and(xg, sign), vg, power(tg)), o = sigmoidOf(xo, vo, power(to));
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

/** d = gradient of the gates' pre-activations; dc: gradient of c1 in, of c0 out. Every operation rounded, in this order. */
export function cellBackward(
  d: usize, dc: usize, gates: usize, c0: usize, tanhC: usize, dy: usize, dh: usize, groups: i32,
): void {
  const one = constant(C.ONE);
  for (; groups > 0; groups--, d += 64, dc += 16, gates += 64, c0 += 16, tanhC += 16, dy += 16, dh += 16) {
    const i = v128.load(gates), f = v128.load(gates, 16), g = v128.load(gates, 32), o = v128.load(gates, 48);
    const t = v128.load(tanhC), dht = f32x4.add(v128.load(dy), v128.load(dh));
    const dct = madd(f32x4.mul(dht, o), f32x4.sub(one, f32x4.mul(t, t)), v128.load(dc));
    v128.store(d, f32x4.mul(f32x4.mul(dct, g), f32x4.mul(i, f32x4.sub(one, i))));
    v128.store(d, f32x4.mul(f32x4.mul(dct, v128.load(c0)), f32x4.mul(f, f32x4.sub(one, f))), 16);
    v128.store(d, f32x4.mul(f32x4.mul(dct, i), f32x4.sub(one, f32x4.mul(g, g))), 32);
    v128.store(d, f32x4.mul(f32x4.mul(dht, t), f32x4.mul(o, f32x4.sub(one, o))), 48);
    v128.store(dc, f32x4.mul(dct, f));
  }
}
