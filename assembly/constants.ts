// The constants of the vector code as read-only tables, float32 first; each name is an address, see constant() in simd.ts.
// Every part imports this file first, so that all have the same tables at the same place and can share a memory.
import * as K from "../src/coefficients";

const TABLE: usize = memory.data<f32>([
  <f32>K.LOG2E, <f32>K.LN2_HI, <f32>K.LN2_LO,
  <f32>K.EXP_C2, <f32>K.EXP_C3, <f32>K.EXP_C4, <f32>K.EXP_C5, <f32>K.EXP_C6, <f32>K.EXP_MIN, <f32>K.EXP_MAX,
  <f32>K.TANH_D0, <f32>K.TANH_D1, <f32>K.TANH_D2, <f32>K.TANH_D3, <f32>K.TANH_D4, <f32>K.TANH_D5, <f32>K.TANH_SMALL,
  <f32>K.TANH_ONE,
  <f32>K.LOG_C0, <f32>K.LOG_C1, <f32>K.LOG_C2, <f32>K.LOG_C3, <f32>K.LOG_C4, <f32>K.LOG_C5, <f32>K.LOG_C6, <f32>K.LOG_C7,
  <f32>K.LOG_LN2_HI, <f32>K.LOG_LN2_LO, <f32>K.MIN_NORMAL, <f32>K.EXP_TINY,
  <f32>K.SIGMOID_UNSCALE, <f32>K.SIGMOID_SPLIT, <f32>K.GATE_MIN, <f32>K.CELL_TINY,
  0.5, 1.0, 2.0, <f32>(K.ROUND + 127), <f32>(K.ROUND + 127 + 64), <f32>(K.ROUND + 254), -0.0, <f32>K.TANH_TINY,
]);

export const LOG2E: usize = TABLE + 0;
export const LN2_HI: usize = TABLE + 4;
export const LN2_LO: usize = TABLE + 8;
export const EXP_C2: usize = TABLE + 12;
export const EXP_C3: usize = TABLE + 16;
export const EXP_C4: usize = TABLE + 20;
export const EXP_C5: usize = TABLE + 24;
export const EXP_C6: usize = TABLE + 28;
export const EXP_MIN: usize = TABLE + 32;
export const EXP_MAX: usize = TABLE + 36;
export const TANH_D0: usize = TABLE + 40;
export const TANH_D1: usize = TABLE + 44;
export const TANH_D2: usize = TABLE + 48;
export const TANH_D3: usize = TABLE + 52;
export const TANH_D4: usize = TABLE + 56;
export const TANH_D5: usize = TABLE + 60;
export const TANH_SMALL: usize = TABLE + 64;
export const TANH_ONE: usize = TABLE + 68;
export const LOG_C0: usize = TABLE + 72;
export const LOG_C1: usize = TABLE + 76;
export const LOG_C2: usize = TABLE + 80;
export const LOG_C3: usize = TABLE + 84;
export const LOG_C4: usize = TABLE + 88;
export const LOG_C5: usize = TABLE + 92;
export const LOG_C6: usize = TABLE + 96;
export const LOG_C7: usize = TABLE + 100;
export const LOG_LN2_HI: usize = TABLE + 104;
export const LOG_LN2_LO: usize = TABLE + 108;
export const MIN_NORMAL: usize = TABLE + 112;
export const EXP_TINY: usize = TABLE + 116;
export const SIGMOID_UNSCALE: usize = TABLE + 120;
export const SIGMOID_SPLIT: usize = TABLE + 124;
export const GATE_MIN: usize = TABLE + 128;
export const CELL_TINY: usize = TABLE + 132;
export const HALF: usize = TABLE + 136;
export const ONE: usize = TABLE + 140;
export const TWO: usize = TABLE + 144;
export const EXPONENT: usize = TABLE + 148; // ROUND + 127: the low bits of t become a biased exponent
export const EXPONENT_64: usize = TABLE + 152; // the same for 2^64 times the value
export const EXPONENT_254: usize = TABLE + 156; // two biased exponents, see exp
export const TANH_TINY: usize = TABLE + 164;
export const SIGN: usize = TABLE + 160; // its mask takes one operation, f32x4.abs and f32x4.neg take V8 three each

/** For math/double.ts. */
export const FLOAT64: usize = memory.data<f64>([
  K.LOG2E_F64, <f64>K.ROUND_F64, K.LN2_HI_F64, K.LN2_LO_F64, <f64>K.EXP_MIN_F64, 1.0,
  0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
  1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800, <f64>K.EXP_MAX_F64,
]);

/** For math/log1p.ts. */
export const LOG1P: usize = memory.data<f64>([
  <f64>K.LN2_F64, <f64>K.ROUND_F64, 2.0, K.LOG1P_L1, K.LOG1P_L2, K.LOG1P_L3, K.LOG1P_L4, K.LOG1P_L5, K.LOG1P_L6,
  K.LOG1P_L7, K.LOG1P_L8, -Infinity, NaN, K.LOG1P_TINY,
]);

/** For layers/dropout.ts: i times the golden ratio of 2^32, four times it, and the factors of the hash. */
export const DROPOUT: usize = memory.data<u32>([
  0, 0x9e3779b9, 0x3c6ef372, 0xdaa66d2b, 0x78dde6e4, 0x21f0aaad, 0x735a2d97,
]);

/** The index of each lane. */
export const LANES_64: usize = memory.data<i64>([0, 1]);
export const LANES_32: usize = memory.data<i32>([0, 1, 2, 3]);
