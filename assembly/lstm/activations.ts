// The activations that an LSTM of ONNX may have, in float64, by their code in src/coefficients.ts. Worst
// relative error 2^-40, of sigmoid and tanh; 2^-50 elsewhere.
import { expm1Of2, sigmoid2, tanh2 } from "../math/double";
import { softplus2 } from "../math/softplus";
import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SCALED_TANH, SIGMOID, SOFTPLUS, SOFTSIGN, TANH, THRESHOLDED_RELU,
} from "../../src/coefficients";

@inline
function first(v: v128): f64 {
  return f64x2.extract_lane(v, 0);
}

function sigmoid(x: f64): f64 {
  return first(sigmoid2(f64x2.splat(x)));
}

function tanh(x: f64): f64 {
  return first(tanh2(f64x2.splat(x)));
}

export function activation(code: i32, alpha: f64, beta: f64, x: f64): f64 {
  switch (code) {
    case SIGMOID: return sigmoid(x);
    case TANH: return tanh(x);
    case RELU: return x < 0 ? 0 : x;
    case AFFINE: return alpha * x + beta;
    case LEAKY_RELU: return x < 0 ? alpha * x : x;
    case THRESHOLDED_RELU: return x < alpha ? 0 : x;
    case SCALED_TANH: return alpha * tanh(beta * x);
    case HARD_SIGMOID: {
      const y = alpha * x + beta;
      return y < 0 ? 0 : y > 1 ? 1 : y;
    }
    case ELU: return x <= 0 ? alpha * first(expm1Of2(f64x2.splat(x))) : x;
    case SOFTSIGN: return x / (1 + Math.abs(x));
    default: return first(softplus2(f64x2.splat(x), f64x2.splat(1))); // SOFTPLUS
  }
}

/** The derivative at x, where the function is y. */
export function derivative(code: i32, alpha: f64, beta: f64, x: f64, y: f64): f64 {
  switch (code) {
    case SIGMOID: return y * (1 - y);
    case TANH: return 1 - y * y;
    case RELU: return x > 0 ? 1 : 0;
    case AFFINE: return alpha;
    case LEAKY_RELU: return x > 0 ? 1 : alpha;
    case THRESHOLDED_RELU: return x >= alpha ? 1 : 0;
    case SCALED_TANH: {
      const t = tanh(beta * x);
      return alpha * beta * (1 - t * t);
    }
    case HARD_SIGMOID: {
      const v = alpha * x + beta;
      return v > 0 && v < 1 ? alpha : 0;
    }
    case ELU: return x > 0 ? 1 : y + alpha;
    case SOFTSIGN: {
      const d = 1 + Math.abs(x);
      return 1 / (d * d);
    }
    default: return sigmoid(x); // SOFTPLUS
  }
}
