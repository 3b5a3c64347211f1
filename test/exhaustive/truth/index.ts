// The truth of the exhaustive sweep: want[i] = f(x[i]) in float64 over a block. Sizes are multiples of 4.
import * as F from "./functions";
export { compare, fill } from "./compare";

@inline
function map(f: i32, gradient: bool, want: usize, x: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 8, want += 16) {
    const v = f64x2.promote_low_f32x4(v128.load64_zero(x));
    v128.store(want, gradient ? F.backward(f, v) : F.forward(f, v));
  }
}

export function exp(want: usize, x: usize, n: i32): void {
  map(F.EXP, false, want, x, n);
}

export function expBackward(want: usize, x: usize, n: i32): void {
  map(F.EXP_BACKWARD, true, want, x, n);
}

export function expm1(want: usize, x: usize, n: i32): void {
  map(F.EXPM1, false, want, x, n);
}

export function expm1Backward(want: usize, x: usize, n: i32): void {
  map(F.EXPM1_BACKWARD, true, want, x, n);
}

export function log(want: usize, x: usize, n: i32): void {
  map(F.LOG, false, want, x, n);
}

export function logBackward(want: usize, x: usize, n: i32): void {
  map(F.LOG_BACKWARD, true, want, x, n);
}

export function log1p(want: usize, x: usize, n: i32): void {
  map(F.LOG1P, false, want, x, n);
}

export function log1pBackward(want: usize, x: usize, n: i32): void {
  map(F.LOG1P_BACKWARD, true, want, x, n);
}

export function sigmoid(want: usize, x: usize, n: i32): void {
  map(F.SIGMOID, false, want, x, n);
}

export function sigmoidBackward(want: usize, x: usize, n: i32): void {
  map(F.SIGMOID_BACKWARD, true, want, x, n);
}

export function logSigmoid(want: usize, x: usize, n: i32): void {
  map(F.LOG_SIGMOID, false, want, x, n);
}

export function logSigmoidBackward(want: usize, x: usize, n: i32): void {
  map(F.LOG_SIGMOID_BACKWARD, true, want, x, n);
}

export function tanh(want: usize, x: usize, n: i32): void {
  map(F.TANH, false, want, x, n);
}

export function tanhBackward(want: usize, x: usize, n: i32): void {
  map(F.TANH_BACKWARD, true, want, x, n);
}

export function softplus(want: usize, x: usize, n: i32): void {
  map(F.SOFTPLUS, false, want, x, n);
}

export function softplusBackward(want: usize, x: usize, n: i32): void {
  map(F.SOFTPLUS_BACKWARD, true, want, x, n);
}

export function silu(want: usize, x: usize, n: i32): void {
  map(F.SILU, false, want, x, n);
}

export function siluBackward(want: usize, x: usize, n: i32): void {
  map(F.SILU_BACKWARD, true, want, x, n);
}

export function elu(want: usize, x: usize, n: i32): void {
  map(F.ELU, false, want, x, n);
}

export function eluBackward(want: usize, x: usize, n: i32): void {
  map(F.ELU_BACKWARD, true, want, x, n);
}

export function softsign(want: usize, x: usize, n: i32): void {
  map(F.SOFTSIGN, false, want, x, n);
}

export function softsignBackward(want: usize, x: usize, n: i32): void {
  map(F.SOFTSIGN_BACKWARD, true, want, x, n);
}

export function hardSigmoid(want: usize, x: usize, n: i32): void {
  map(F.HARD_SIGMOID, false, want, x, n);
}

export function hardSigmoidBackward(want: usize, x: usize, n: i32): void {
  map(F.HARD_SIGMOID_BACKWARD, true, want, x, n);
}

export function hardTanh(want: usize, x: usize, n: i32): void {
  map(F.HARD_TANH, false, want, x, n);
}

export function hardTanhBackward(want: usize, x: usize, n: i32): void {
  map(F.HARD_TANH_BACKWARD, true, want, x, n);
}

export function relu(want: usize, x: usize, n: i32): void {
  map(F.RELU, false, want, x, n);
}

export function reluBackward(want: usize, x: usize, n: i32): void {
  map(F.RELU_BACKWARD, true, want, x, n);
}

export function leakyRelu(want: usize, x: usize, n: i32): void {
  map(F.LEAKY_RELU, false, want, x, n);
}

export function leakyReluBackward(want: usize, x: usize, n: i32): void {
  map(F.LEAKY_RELU_BACKWARD, true, want, x, n);
}

export function cellSigmoid(want: usize, x: usize, n: i32): void {
  map(F.CELL_SIGMOID, false, want, x, n);
}

export function cellTanh(want: usize, x: usize, n: i32): void {
  map(F.TANH, false, want, x, n);
}

export function cellElu(want: usize, x: usize, n: i32): void {
  map(F.ELU, false, want, x, n);
}

export function cellSoftsign(want: usize, x: usize, n: i32): void {
  map(F.SOFTSIGN, false, want, x, n);
}

export function cellSoftplus(want: usize, x: usize, n: i32): void {
  map(F.SOFTPLUS, false, want, x, n);
}
