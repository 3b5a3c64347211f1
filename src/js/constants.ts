// The constants of the twin, rounded to float32 as in the table of assembly/constants.ts.
import * as K from "../coefficients.js";
import { fround } from "./simd.js";

export const LOG2E = fround(K.LOG2E);
export const LN2 = fround(K.LN2);
export const LN2_HI = fround(K.LN2_HI);
export const LN2_LO = fround(K.LN2_LO);
export const EXP_C2 = fround(K.EXP_C2);
export const EXP_C3 = fround(K.EXP_C3);
export const EXP_C4 = fround(K.EXP_C4);
export const EXP_C5 = fround(K.EXP_C5);
export const EXP_C6 = fround(K.EXP_C6);
export const TANH_D0 = fround(K.TANH_D0);
export const TANH_D1 = fround(K.TANH_D1);
export const TANH_D2 = fround(K.TANH_D2);
export const TANH_D3 = fround(K.TANH_D3);
export const TANH_D4 = fround(K.TANH_D4);
export const TANH_D5 = fround(K.TANH_D5);
export const TANH_SMALL = fround(K.TANH_SMALL);
export const TANH_ONE = fround(K.TANH_ONE);
export const LOG_C0 = fround(K.LOG_C0);
export const LOG_C1 = fround(K.LOG_C1);
export const LOG_C2 = fround(K.LOG_C2);
export const LOG_C3 = fround(K.LOG_C3);
export const LOG_C4 = fround(K.LOG_C4);
export const LOG_C5 = fround(K.LOG_C5);
export const LOG_C6 = fround(K.LOG_C6);
export const LOG_C7 = fround(K.LOG_C7);
export const LOG_LN2_HI = fround(K.LOG_LN2_HI);
export const LOG_LN2_LO = fround(K.LOG_LN2_LO);
export const MIN_NORMAL = fround(K.MIN_NORMAL);
export const SIGMOID_UNSCALE = fround(K.SIGMOID_UNSCALE);
export const SIGMOID_SPLIT = fround(K.SIGMOID_SPLIT);
export const GATE_MIN = fround(K.GATE_MIN);
export const CELL_TINY = fround(K.CELL_TINY);
/** 1.5 * 2^52: adding it rounds a float64 to an integer, as ROUND does for a float32. */
export const ROUND64 = 6755399441055744;
