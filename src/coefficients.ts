// Every constant of the kernels' approximations. assembly/ and src/js/ both import it, so that they cannot differ.
// Each is the shortest decimal that is exact in float32 (float64 where it says so); scripts/coefficients.ts derives
// the polynomials.

/** 1.5 * 2^23: adding it rounds a float32 below 2^22 to an integer, which then stands in the low bits. */
export const ROUND = 12582912;
export const LOG2E = 1.442695;
export const LN2 = 0.6931472;
/** ln 2 in two parts: the high one has 14 significant bits, so that n * LN2_HI is exact for |n| <= 1024. */
export const LN2_HI = 0.69317627;
export const LN2_LO = -0.000029088971;

// exp(r) = 1 + r + r^2 (C2 + C3 r + ...) for |r| <= ln 2 / 2
export const EXP_C2 = 0.49999994;
export const EXP_C3 = 0.16666514;
export const EXP_C4 = 0.041668065;
export const EXP_C5 = 0.008369173;
export const EXP_C6 = 0.001383962;
/** Below it exp rounds to 0; above EXP_MAX it overflows. */
export const EXP_MIN = -104;
export const EXP_MAX = 89;

// tanh(a) = a + a u (D0 + D1 u + ...), u = a^2, for a < TANH_SMALL
export const TANH_D0 = -0.333333;
export const TANH_D1 = 0.13332242;
export const TANH_D2 = -0.053853597;
export const TANH_D3 = 0.021306526;
export const TANH_D4 = -0.0074141696;
export const TANH_D5 = 0.001587038;
export const TANH_SMALL = 0.8;
/** From here on tanh rounds to 1. */
export const TANH_ONE = 9.1;

// log(1 + f) = f - f^2/2 + f^3 (C0 + C1 f + ...) for sqrt(1/2) <= 1 + f < sqrt(2)
export const LOG_C0 = 0.3333333;
export const LOG_C1 = -0.25000823;
export const LOG_C2 = 0.20001261;
export const LOG_C3 = -0.16623335;
export const LOG_C4 = 0.14200947;
export const LOG_C5 = -0.13159508;
export const LOG_C6 = 0.12766968;
export const LOG_C7 = -0.07643131;
/** ln 2 for log: the high part has 9 significant bits, k * LOG_LN2_HI is exact for every exponent k. */
export const LOG_LN2_HI = 0.6933594;
export const LOG_LN2_LO = -0.00021219444;
/** The bits of sqrt(1/2). */
export const SQRT_HALF_BITS = 0x3f3504f3;
/** sqrt(2) - 1: from here on log(1 + e) is ln 2 + log((1 + e) / 2), where e <= 1. */
export const LOG_SPLIT = 0.41421354;
export const MIN_NORMAL = 1.1754944e-38;
/** 2^-56: added to x it does not change exp(x), but keeps squares of a tiny x from being denormal numbers. */
export const EXP_TINY = 1.3877787807814457e-17;
/** 2^-41: below it tanh(x) is x; its powers would be denormal. */
export const TANH_TINY = 4.547473508864641e-13;
/** The bits of a denormal number are its value times 2^149. */
export const DENORMAL_EXPONENT = 149;

/** 2^-64: sigmoid works on exp scaled by 2^64, so that a denormal result is rounded once. */
export const SIGMOID_UNSCALE = 5.421011e-20;
/** -ln 3: below it e / (1 + e) loses accuracy, and a series in the remainder is used. */
export const SIGMOID_SPLIT = -1.0986;
/** The gates of the LSTM clamp exp here, which keeps 2^n normal: their sigmoid does not fall below 1.2e-38. */
export const GATE_MIN = -87.33;
/** A cell state below it becomes 0, or it would decay into denormals, which cost 10 to 100 times. */
export const CELL_TINY = 1e-29;

/** Just below MIN_NORMAL: probabilities below it become 0, before they are computed as denormal numbers. */
export const FLUSH = 1.175493229783516e-38;
/** Two factors of it: in float32 it is a denormal number itself. */
export const FLUSH_HIGH = 7.888609052210118e-31;
export const FLUSH_LOW = 1.4901146982992941e-8;
/** exp of rows is clamped where 2^n is 2^13 times the smallest: then no product with 2^n is a denormal number. */
export const CLAMP = 13.25;
/** 2^-113, above what was clamped: an exp below it stands for 0. */
export const LEAST_EXP = 9.62964972193618e-35;
/** 2^-69: a sum of exp scaled by 2^80 that is less is one of clamped terms. */
export const LEAST_SUM = 1.6940658945086007e-21;

/** Row maxima outside this range are subtracted in the ordinary way, since n * LN2_HI would not be exact. */
export const SHIFT_MAX = 700;
export const SHIFT_MIN = -570;

// float64: log(1 + f) = 2 s + s^3 (L1 + L2 s^2 + ...), s = f / (2 + f), the series of atanh
export const LOG1P_L1 = 0.6666666666666666;
export const LOG1P_L2 = 0.4;
export const LOG1P_L3 = 0.2857142857142857;
export const LOG1P_L4 = 0.2222222222222222;
export const LOG1P_L5 = 0.18181818181818182;
export const LOG1P_L6 = 0.15384615384615385;
export const LOG1P_L7 = 0.13333333333333333;
export const LOG1P_L8 = 0.11764705882352941;
/** For squares below this 2 s + s^3 (...) is 2 s, and their powers would be denormal numbers: 3 times as slow. */
export const LOG1P_TINY = 8.673617379884035e-19; // 2^-60
/** 2^80 */
export const TWO_80 = 1.2089258196146292e24;
export const LN2_F64 = 0.6931471805599453;
/** The high word of sqrt(1/2). */
export const SQRT_HALF_HIGH = 0x3fe6a09e;

// float64, for functions that are rounded once (fdlibm's split of ln 2: n * LN2_HI_F64 is exact)
/** 1.5 * 2^52: adding it rounds a float64 to an integer, as ROUND does for a float32. */
export const ROUND_F64 = 6755399441055744;
export const LOG2E_F64 = 1.4426950408889634;
export const LN2_HI_F64 = 0.6931471803691238;
export const LN2_LO_F64 = 1.9082149292705877e-10;
/** Below it 2^n would leave the normal numbers. */
export const EXP_MIN_F64 = -700;
export const EXP_MAX_F64 = 700;
/** From here on exp is Infinity and 0 in float64. */
export const EXP_OVERFLOW_F64 = 709.782712893384;
export const EXP_UNDERFLOW_F64 = -745.1332191019411;
/** Rows of fewer columns are worked on four at a time, or in float64: 32 is the group of sum.ts and maximum.ts. */
export const SHORT_ROW = 32;

// The activations of a general LSTM cell, by the names of ONNX.
export const SIGMOID = 0;
export const TANH = 1;
export const RELU = 2;
export const AFFINE = 3;
export const LEAKY_RELU = 4;
export const THRESHOLDED_RELU = 5;
export const SCALED_TANH = 6;
export const HARD_SIGMOID = 7;
export const ELU = 8;
export const SOFTSIGN = 9;
export const SOFTPLUS = 10;
