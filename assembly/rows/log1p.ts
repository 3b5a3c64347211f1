// Scalar float64 for the family of log-sum-exp.
import * as K from "../../src/coefficients";

/** log(1 + u), u >= 0, by the series of atanh: + - x / only, so that the twin has the same bits. 5 ULP of float64. */
export function log1p(u: f64): f64 {
  let k: f64 = 0, f = u;
  if (!(u < Infinity)) return u;
  if (u >= K.LOG1P_SPLIT) {
    const bits = reinterpret<u64>(1 + u), i = <i32>(bits >> 32) - K.SQRT_HALF_HIGH;
    const high = <u64>((i & 0xfffff) + K.SQRT_HALF_HIGH);
    k = <f64>(i >> 20);
    f = reinterpret<f64>((high << 32) | (bits & 0xffffffff)) - 1;
  }
  const s = f / (2 + f), w = s * s, w2 = w * w;
  const a = (K.LOG1P_L1 + w * K.LOG1P_L2) + w2 * (K.LOG1P_L3 + w * K.LOG1P_L4);
  const b = (K.LOG1P_L5 + w * K.LOG1P_L6) + w2 * (K.LOG1P_L7 + w * K.LOG1P_L8);
  return k * K.LN2_F64 + (2 * s + s * w * (a + w2 * w2 * b));
}
