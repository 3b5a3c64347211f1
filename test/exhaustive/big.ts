// The elementary functions in integers with BITS binary places: a truth for the truth. It imports nothing.

const BITS = 320n;
const ONE = 1n << BITS;
const SCALE = 2 ** Number(BITS);

/** A float64 as a fixed-point number; exact down to 2^-320. */
export function fixed(x: number): bigint {
  let [m, e] = [x, 0n];
  while (!Number.isInteger(m)) [m, e] = [m * 2, e + 1n];
  return (BigInt(m) << BITS) >> e;
}

export const toNumber = (a: bigint): number => Number(a) / SCALE;

const mul = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const div = (a: bigint, b: bigint): bigint => (a << BITS) / b;
const abs = (a: bigint): bigint => (a < 0n ? -a : a);

/** 2 (s + s^3 / 3 + s^5 / 5 + ...) = log((1 + s) / (1 - s)) */
function atanh2(s: bigint): bigint {
  const w = mul(s, s);
  let [sum, power] = [0n, s];
  for (let i = 1n; power !== 0n && power !== -1n; i += 2n) {
    sum += power / i;
    power = mul(power, w);
  }
  return 2n * sum;
}

const LN2 = atanh2(ONE / 3n);

function exp(x: bigint): bigint {
  if (x < -400n * ONE) return 0n;
  if (x > 400n * ONE) return exp(400n * ONE);
  const n = (2n * x + LN2) / (2n * LN2) - (2n * x + LN2 < 0n ? 1n : 0n);
  // exp(r) - 1 of a 256th of the rest, squared eight times: (1 + v)^2 - 1 = v (v + 2)
  const r = (x - n * LN2) >> 8n;
  let [v, power] = [0n, r];
  for (let i = 2n; power !== 0n && power !== -1n; i++) {
    v += power;
    power = mul(power, r) / i;
  }
  for (let i = 0; i < 8; i++) v = mul(v, v + 2n * ONE);
  return n < 0n ? (v + ONE) >> -n : (v + ONE) << n;
}

function log(y: bigint): bigint {
  let k = BigInt(y.toString(2).length - 1) - BITS;
  let m = k < 0n ? y << -k : y >> k;
  if (2n * m > 3n * ONE) [m, k] = [m >> 1n, k + 1n];
  return k * LN2 + atanh2(div(m - ONE, m + ONE));
}

const sigmoid = (x: bigint): bigint => div(ONE, ONE + exp(-x));
const softplus = (x: bigint): bigint => (x > 400n * ONE ? x : log(ONE + exp(x)));
const tanh = (x: bigint): bigint =>
  abs(x) > 50n * ONE ? (x < 0n ? -ONE : ONE) : div(exp(2n * x) - ONE, exp(2n * x) + ONE);
const clamp = (x: bigint, least: bigint, most: bigint): bigint => (x < least ? least : x > most ? most : x);
const softsign = (x: bigint): bigint => div(x, ONE + abs(x));
const elu = (x: bigint): bigint => (x > 0n ? x : exp(x) - ONE);
const slope = fixed(Math.fround(0.01));
/** Where the gates of an LSTM clamp what sigmoid is given. */
const lowest = fixed(Math.fround(-87.33));

/** Of finite inputs where the function is finite; undefined elsewhere. Default parameters, dy = 1. */
export const BIG: Record<string, (x: bigint) => bigint | undefined> = {
  exp,
  expBackward: (y) => y,
  expm1: (x) => exp(x) - ONE,
  expm1Backward: exp,
  log: (x) => (x > 0n ? log(x) : undefined),
  logBackward: (x) => (x === 0n ? undefined : div(ONE, x)),
  log1p: (x) => (x > -ONE ? log(ONE + x) : undefined),
  log1pBackward: (x) => (x === -ONE ? undefined : div(ONE, ONE + x)),
  sigmoid,
  sigmoidBackward: (y) => mul(y, ONE - y),
  logSigmoid: (x) => -softplus(-x),
  logSigmoidBackward: (x) => sigmoid(-x),
  tanh,
  tanhBackward: (y) => ONE - mul(y, y),
  softplus,
  softplusBackward: sigmoid,
  silu: (x) => mul(x, sigmoid(x)),
  siluBackward: (x) => mul(sigmoid(x), ONE + mul(x, sigmoid(-x))),
  elu,
  eluBackward: (x) => (x > 0n ? ONE : exp(x)),
  softsign,
  softsignBackward: (x) => div(ONE, mul(ONE + abs(x), ONE + abs(x))),
  hardSigmoid: (x) => clamp((x + 3n * ONE) / 6n, 0n, ONE),
  hardSigmoidBackward: (x) => (abs(x) < 3n * ONE ? ONE / 6n : 0n),
  hardTanh: (x) => clamp(x, -ONE, ONE),
  hardTanhBackward: (x) => (abs(x) < ONE ? ONE : 0n),
  relu: (x) => (x > 0n ? x : 0n),
  reluBackward: (y) => (y > 0n ? ONE : 0n),
  leakyRelu: (x) => (x > 0n ? x : mul(x, slope)),
  leakyReluBackward: (x) => (x > 0n ? ONE : slope),
  cellSigmoid: (x) => sigmoid(x < lowest ? lowest : x),
  cellTanh: tanh,
  cellElu: elu,
  cellSoftsign: softsign,
  cellSoftplus: softplus,
};
