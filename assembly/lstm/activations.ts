// The activations that an LSTM of ONNX may have, by their code in src/coefficients.ts, and their slopes.
// `which`: the code, alpha and beta. sigmoid and tanh are those of the plain cell. Bounds for the default parameters;
// cellSigmoid is compared with the sigmoid of max(x, GATE_MIN).
// Bound of cellSigmoid: <= 2.50 ULP
// Worst of cellSigmoid, strict: 2.401877 ULP at 0xc085088d, got 0.0154087106, want 0.0154087083397; 96.635071 % correct
// Worst of cellSigmoid, relaxed: 2.401877 ULP at 0xc085088d, got 0.0154087106, want 0.0154087083397; 96.636692 % correct
// Bound of cellTanh: <= 1.06 ULP
// Worst of cellTanh, strict: 1.057174 ULP at 0x3f4e9d52, got 0.667980671, want 0.667980733941; 99.865465 % correct
// Worst of cellTanh, relaxed: 1.057174 ULP at 0x3f4e9d52, got 0.667980671, want 0.667980733941; 99.873004 % correct
// Bound of cellElu: <= 1.00 ULP
// Worst of cellElu, strict: 0.951217 ULP at 0xbe92bcd5, got -0.249185711, want -0.249185696971; 99.886644 % correct
// Worst of cellElu, relaxed: 0.962246 ULP at 0xbec825bc, got -0.323560894, want -0.323560922213; 99.889244 % correct
// Bound of cellSoftsign: <= 1.50 ULP
// Worst of cellSoftsign: 1.499238 ULP at 0x44ffebff, got 0.999511719, want 0.999511808112; 95.894405 % correct
// Bound of cellSoftplus: <= 1.80 ULP
// Worst of cellSoftplus, strict: 1.702006 ULP at 0xbf614af8, got 0.346961439, want 0.346961387932; 97.500180 % correct
// Worst of cellSoftplus, relaxed: 1.702006 ULP at 0xbf614af8, got 0.346961439, want 0.346961387932; 97.502945 % correct
import { constant, madd } from "../simd";
import { exp4, expm1Poly, power, remainder, scaled } from "../math/exp";
import { gateSigmoid4 } from "../math/sigmoid";
import { logNear } from "../math/log";
import { tanh4 } from "../math/tanh";
import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, LOG_SPLIT, RELU, SCALED_TANH, SIGMOID, SOFTSIGN, TANH, THRESHOLDED_RELU,
} from "../../src/coefficients";
import * as C from "../constants";

/** 1 + |x| */
@inline
function onePlus(x: v128): v128 {
  return f32x4.add(constant(C.ONE), v128.andnot(x, constant(C.SIGN)));
}

/** exp(x) - 1 for x <= 0: v s is exact, and s - 1 down to s = 2^-24, so half an ULP adds to the error of v s. */
@inline
function expm1Below(x: v128): v128 {
  const exponent = constant(C.EXPONENT), z = f32x4.pmax(x, constant(C.GATE_MIN)), t = scaled(z, exponent), s = power(t);
  return madd(expm1Poly(remainder(z, t, exponent)), s, f32x4.sub(s, constant(C.ONE)));
}

/** log(1 + exp(-|x|)) */
@inline
function log1pBelow(x: v128): v128 {
  const one = constant(C.ONE), e = exp4(v128.or(x, constant(C.SIGN)));
  const large = f32x4.gt(e, f32x4.splat(<f32>LOG_SPLIT));
  const f = v128.bitselect(f32x4.mul(f32x4.sub(e, one), constant(C.HALF)), e, large);
  return logNear(f, v128.and(one, large));
}

export function activation(which: usize, x: v128): v128 {
  const code = load<i32>(which), alpha = v128.load32_splat(which, 4), beta = v128.load32_splat(which, 8);
  const zero = f32x4.splat(0);
  if (code == SIGMOID) return gateSigmoid4(x);
  if (code == TANH) return tanh4(x);
  if (code == RELU) return f32x4.pmax(x, zero);
  if (code == AFFINE) return madd(alpha, x, beta);
  if (code == LEAKY_RELU) return v128.bitselect(f32x4.mul(alpha, x), x, f32x4.lt(x, zero));
  if (code == THRESHOLDED_RELU) return v128.andnot(x, f32x4.lt(x, alpha));
  if (code == SCALED_TANH) return f32x4.mul(alpha, tanh4(f32x4.mul(beta, x)));
  if (code == HARD_SIGMOID) return f32x4.pmin(f32x4.pmax(madd(alpha, x, beta), zero), constant(C.ONE));
  if (code == ELU) return v128.bitselect(x, f32x4.mul(alpha, expm1Below(x)), f32x4.ge(x, zero));
  if (code == SOFTSIGN) return f32x4.div(x, onePlus(x));
  return f32x4.add(f32x4.pmax(x, zero), log1pBelow(x)); // SOFTPLUS
}

/** The derivative at x, where the function is y. */
export function slope(which: usize, x: v128, y: v128): v128 {
  const code = load<i32>(which), alpha = v128.load32_splat(which, 4), beta = v128.load32_splat(which, 8);
  const zero = f32x4.splat(0), one = constant(C.ONE);
  if (code == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (code == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (code == RELU) return v128.and(one, f32x4.gt(x, zero));
  if (code == AFFINE) return alpha;
  if (code == LEAKY_RELU) return v128.bitselect(one, alpha, f32x4.gt(x, zero));
  if (code == THRESHOLDED_RELU) return v128.and(one, f32x4.ge(x, alpha));
  if (code == SCALED_TANH) {
    const t = tanh4(f32x4.mul(beta, x));
    return f32x4.mul(f32x4.mul(alpha, beta), f32x4.sub(one, f32x4.mul(t, t)));
  }
  if (code == HARD_SIGMOID) return v128.and(alpha, v128.and(f32x4.gt(y, zero), f32x4.lt(y, one)));
  if (code == ELU) return v128.bitselect(one, f32x4.add(y, alpha), f32x4.gt(x, zero));
  if (code == SOFTSIGN) {
    const d = onePlus(x);
    return f32x4.div(one, f32x4.mul(d, d));
  }
  return gateSigmoid4(x); // SOFTPLUS
}
