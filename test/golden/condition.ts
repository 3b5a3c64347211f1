// What float32 may make of an LSTM at the ends of its functions, where a rounding of a pre-activation is a large part of a slope:
// every operation, changed alone by its largest rounding, changes the outputs, and the sum of these changes bounds their
// errors to first order. One layer in naive float64, in the order of src/contract/lstm.ts.
import type { GoldenCase } from "./manifest.js";

const U = 2 ** -24;
/** Roundings of the functions in units: 2.4 and 1.06 ULP of at most two. */
const [SIGMOID, TANH] = [4.8, 2.2];

type Outputs = Record<string, Float64Array>;
/** Takes the result of an operation and its largest rounding in units. */
type Round = (value: number, units?: number) => number;

/** For each output of a case of lstm or lstm_cell how far its elements may be from the truth. */
export function conditionOf(c: GoldenCase): Outputs {
  let operations = 0;
  const count: Round = (value) => {
    operations++;
    return value;
  };
  const want = run(c, count);
  const bounds = Object.fromEntries(Object.entries(want).map(([name, v]) => [name, new Float64Array(v.length)]));
  for (let changed = 0; changed < operations; changed++) {
    let n = 0;
    const got = run(c, (value, units = 1) => (n++ === changed ? value * (1 + units * U) : value));
    for (const name in bounds) {
      for (let i = 0; i < got[name].length; i++) bounds[name][i] += Math.abs(got[name][i] - want[name][i]);
    }
  }
  return bounds;
}

/** Forward and backward of one layer or cell in float64, with each operation through `r`. */
export function run(c: GoldenCase, r: Round): Outputs {
  const given = (name: string): ArrayLike<number> => (c.inputs[name] ?? c.inputs[`${name}_l0`]).data;
  const cell = c.inputs.d_y === undefined;
  const [h, cState] = cell ? ["h", "c"] : ["h_n", "c_n"];
  const [x, wih, whh, bih, bhh] = ["x", "weight_ih", "weight_hh", "bias_ih", "bias_hh"].map(given);
  const H = bih.length / 4;
  const I = wih.length / (4 * H);
  const B = c.inputs.h0.data.length / H;
  const T = x.length / (B * I);
  const zeros = (n: number): Float64Array => new Float64Array(n);
  const y = zeros(T * B * H);
  const [hN, cN] = [Float64Array.from(given("h0")), Float64Array.from(given("c0"))];
  const [dh, dc] = [Float64Array.from(given(`d_${h}`)), Float64Array.from(given(`d_${cState}`))];
  const [dx, dwih, dwhh, db] = [x.length, 4 * H * I, 4 * H * H, 4 * H].map(zeros);
  const sigmoid = (z: number): number => r(1 / (1 + Math.exp(-z)), SIGMOID);
  const tanh = (z: number): number => r(Math.tanh(z), TANH);
  const madd = (a: number, b: number, sum: number): number => r(r(a * b) + sum);
  const steps: { b: number; row: number; gates: number[]; before: Float64Array; state: Float64Array; t: number[] }[] =
    [];
  const [hRows, cRows] = [hN, cN].map((v) => Array.from({ length: B }, (_, b) => v.subarray(b * H, (b + 1) * H)));

  for (let row = 0; row < T * B; row++) {
    const b = row % B;
    const [before, state] = [hRows[b].slice(), cRows[b].slice()];
    const gates = Array.from({ length: 4 * H }, (_, n) => {
      let z = r(bih[n] + bhh[n]);
      for (let k = 0; k < I; k++) z = madd(x[row * I + k], wih[n * I + k], z);
      for (let k = 0; k < H; k++) z = madd(before[k], whh[n * H + k], z);
      return n >= 2 * H && n < 3 * H ? tanh(z) : sigmoid(z);
    });
    const t = Array.from(state, (cu, u) => {
      cRows[b][u] = madd(gates[H + u], cu, r(gates[u] * gates[2 * H + u]));
      return tanh(cRows[b][u]);
    });
    for (let u = 0; u < H; u++) y[row * H + u] = hRows[b][u] = r(gates[3 * H + u] * t[u]);
    steps.push({ b, row, gates, before, state, t });
  }

  for (const { b, row, gates, before, state, t } of steps.reverse()) {
    const d = zeros(4 * H);
    for (let u = 0; u < H; u++) {
      const at = b * H + u;
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * H + u]);
      const up = cell ? dh[at] : r(dh[at] + given("d_y")[row * H + u]);
      const slope = (v: number): number => r(v * r(1 - v));
      d[3 * H + u] = r(r(up * t[u]) * slope(o));
      const dcu = madd(r(up * o), r(1 - r(t[u] * t[u])), dc[at]);
      d[u] = r(r(dcu * g) * slope(i));
      d[H + u] = r(r(dcu * state[u]) * slope(f));
      d[2 * H + u] = r(r(dcu * i) * r(1 - r(g * g)));
      dc[at] = r(dcu * f);
    }
    dh.fill(0, b * H, (b + 1) * H);
    for (let n = 0; n < 4 * H; n++) {
      db[n] = r(db[n] + d[n]);
      for (let k = 0; k < I; k++) {
        dx[row * I + k] = madd(d[n], wih[n * I + k], dx[row * I + k]);
        dwih[n * I + k] = madd(d[n], x[row * I + k], dwih[n * I + k]);
      }
      for (let k = 0; k < H; k++) {
        dh[b * H + k] = madd(d[n], whh[n * H + k], dh[b * H + k]);
        dwhh[n * H + k] = madd(d[n], before[k], dwhh[n * H + k]);
      }
    }
  }
  const suffix = cell ? "" : "_l0";
  return {
    ...(!cell && { y }),
    [h]: hN,
    [cState]: cN,
    grad_x: dx,
    grad_h0: dh,
    grad_c0: dc,
    [`grad_weight_ih${suffix}`]: dwih,
    [`grad_weight_hh${suffix}`]: dwhh,
    [`grad_bias_ih${suffix}`]: db,
    [`grad_bias_hh${suffix}`]: db,
  };
}
