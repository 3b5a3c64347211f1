import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SCALED_TANH, SIGMOID, SOFTSIGN, TANH, THRESHOLDED_RELU,
} from "../../coefficients.js";
import { GATE_MIN, LOG_SPLIT } from "../constants.js";
import { exp4, expm1Poly, exponentOf, remainder } from "../math/exp.js";
import { logNear } from "../math/log.js";
import { gateSigmoid } from "../math/sigmoid.js";
import { tanh4 } from "../math/tanh.js";
import { fround, madd, POWER } from "../simd.js";

/** exp(x) - 1 = (s - 1) + s v for x <= 0, clamped where 2^n would leave the normal numbers. */
function expm1Below(x: number): number {
  const z = x < GATE_MIN ? GATE_MIN : x;
  const n = exponentOf(z);
  const s = POWER[(n + 127) | 0];
  return madd(expm1Poly(remainder(z, n)), s, fround(s - 1));
}

/** log(1 + exp(-|x|)) */
function log1pBelow(x: number): number {
  const e = fround(exp4(-Math.abs(x)));
  return e > LOG_SPLIT ? logNear(fround(e - 1) * 0.5, 1) : logNear(e, 0);
}

/** To be rounded. */
export function activation(code: number, alpha: number, beta: number, x: number): number {
  switch (code) {
    case SIGMOID:
      return gateSigmoid(x);
    case TANH:
      return tanh4(x);
    case RELU:
      return x < 0 ? 0 : x;
    case AFFINE:
      return madd(alpha, x, beta);
    case LEAKY_RELU:
      return x < 0 ? alpha * x : x;
    case THRESHOLDED_RELU:
      return x < alpha ? 0 : x;
    case SCALED_TANH:
      return alpha * tanh4(fround(beta * x));
    case HARD_SIGMOID: {
      const y = madd(alpha, x, beta);
      return y < 0 ? 0 : y > 1 ? 1 : y;
    }
    case ELU:
      return x >= 0 ? x : alpha * expm1Below(x);
    case SOFTSIGN:
      return x / fround(1 + Math.abs(x));
    default: // SOFTPLUS
      return (x < 0 ? 0 : x) + log1pBelow(x);
  }
}

/** The derivative at x, where the function is y. To be rounded. */
export function slope(code: number, alpha: number, beta: number, x: number, y: number): number {
  switch (code) {
    case SIGMOID:
      return y * fround(1 - y);
    case TANH:
      return 1 - fround(y * y);
    case RELU:
      return x > 0 ? 1 : 0;
    case AFFINE:
      return alpha;
    case LEAKY_RELU:
      return x > 0 ? 1 : alpha;
    case THRESHOLDED_RELU:
      return x >= alpha ? 1 : 0;
    case SCALED_TANH: {
      const t = tanh4(fround(beta * x));
      return fround(alpha * beta) * fround(1 - fround(t * t));
    }
    case HARD_SIGMOID:
      return y > 0 && y < 1 ? alpha : 0;
    case ELU:
      return x > 0 ? 1 : y + alpha;
    case SOFTSIGN: {
      const d = fround(1 + Math.abs(x));
      return 1 / fround(d * d);
    }
    default: // SOFTPLUS
      return gateSigmoid(x);
  }
}
