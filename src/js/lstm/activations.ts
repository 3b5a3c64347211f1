import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SCALED_TANH, SIGMOID, SOFTSIGN, TANH, THRESHOLDED_RELU,
} from "../../coefficients.js";
import { expm1Of2, sigmoid2, tanh2 } from "../math/double.js";
import { softplus2 } from "../math/softplus.js";

export function activation(code: number, alpha: number, beta: number, x: number): number {
  switch (code) {
    case SIGMOID:
      return sigmoid2(x);
    case TANH:
      return tanh2(x);
    case RELU:
      return x < 0 ? 0 : x;
    case AFFINE:
      return alpha * x + beta;
    case LEAKY_RELU:
      return x < 0 ? alpha * x : x;
    case THRESHOLDED_RELU:
      return x < alpha ? 0 : x;
    case SCALED_TANH:
      return alpha * tanh2(beta * x);
    case HARD_SIGMOID: {
      const y = alpha * x + beta;
      return y < 0 ? 0 : y > 1 ? 1 : y;
    }
    case ELU:
      return x <= 0 ? alpha * expm1Of2(x) : x;
    case SOFTSIGN:
      return x / (1 + Math.abs(x));
    default: // SOFTPLUS
      return softplus2(x, 1);
  }
}

/** The derivative at x, where the function is y. */
export function derivative(code: number, alpha: number, beta: number, x: number, y: number): number {
  switch (code) {
    case SIGMOID:
      return y * (1 - y);
    case TANH:
      return 1 - y * y;
    case RELU:
      return x > 0 ? 1 : 0;
    case AFFINE:
      return alpha;
    case LEAKY_RELU:
      return x > 0 ? 1 : alpha;
    case THRESHOLDED_RELU:
      return x >= alpha ? 1 : 0;
    case SCALED_TANH: {
      const t = tanh2(beta * x);
      return alpha * beta * (1 - t * t);
    }
    case HARD_SIGMOID: {
      const v = alpha * x + beta;
      return v > 0 && v < 1 ? alpha : 0;
    }
    case ELU:
      return x > 0 ? 1 : y + alpha;
    case SOFTSIGN: {
      const d = 1 + Math.abs(x);
      return 1 / (d * d);
    }
    default: // SOFTPLUS
      return sigmoid2(x);
  }
}
