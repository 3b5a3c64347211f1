// The same numbers for all, and what naive float64 makes of them: the expected outputs of each call.
import {
  adam,
  clipByNorm,
  crossEntropy,
  linear,
  linearBackward,
  logSoftmax,
  logSumExp,
  lstm,
  lstmBackward,
  softmax,
} from "../../test/support/oracle/kernels.js";
import { Random } from "../../test/support/random.js";
import { lstmWeights } from "../families/lstm.js";
import { TRAINING, trainInputs } from "../families/train.js";
import type { LstmWeights } from "../plain/lstm.js";
import { type Case, isRowCase, type LstmCase, type RowCase } from "./cases.js";

export interface RowInputs {
  x: Float32Array;
  /** Class indices [rows]. */
  targets: Int32Array;
}

export interface LstmInputs {
  w: LstmWeights;
  x: Float32Array;
}

export { trainInputs };
export type TrainInputs = ReturnType<typeof trainInputs>;

type Output = ArrayLike<number>;
/** By call, then by output. */
export type Expected = readonly (readonly Output[])[];

/** A state is carried on from call to call: a stream's, and the weights. */
const STREAM_CALLS = 5;
const TRAIN_CALLS = 3;

export function rowInputs({ rows, cols }: RowCase): RowInputs {
  const random = new Random(rows + cols);
  return { x: random.normals(rows * cols, 3), targets: random.ints(rows, cols) };
}

export function lstmInputs({ T, B, I, H }: LstmCase): LstmInputs {
  const random = new Random(T + B + I + H);
  return { w: lstmWeights(random, I, H), x: random.normals(T * B * I) };
}

export function expected(item: Case): Expected {
  if (isRowCase(item)) return [expectedRows(item)];
  if (item.op === "train") return expectedLosses(item, trainInputs(item)).map((loss) => [[loss]]);
  const { w, x } = lstmInputs(item);
  if (item.op === "sequence") return [[lstm(layer(item, w, x)).y]];
  // the same x at every step
  const all = Float32Array.from({ length: STREAM_CALLS * item.I }, (_, i) => x[i % item.I]);
  const { y } = lstm(layer({ ...item, T: STREAM_CALLS }, w, all));
  return Array.from({ length: STREAM_CALLS }, (_, t) => [y.subarray(t * item.H, (t + 1) * item.H)]);
}

function expectedRows(item: RowCase): Output[] {
  const { op, rows, cols } = item;
  const { x, targets } = rowInputs(item);
  if (op === "softmax") return [softmax(x, rows, cols)];
  if (op === "logSoftmax") return [logSoftmax(x, rows, cols)];
  if (op === "logSumExp") return [logSumExp(x, rows, cols)];
  const { loss, dlogits } = crossEntropy(x, targets, rows, cols);
  return [loss, dlogits];
}

function layer({ T, B, I, H }: LstmCase, w: Record<keyof LstmWeights, Output>, x: Output) {
  const { weightIh: wih, weightHh: whh, biasIh: bih, biasHh: bhh } = w;
  const zeros = new Float64Array(B * H);
  return { T, B, I, H, x, wih, whh, bih, bhh, h0: zeros, c0: zeros };
}

/** The losses of the first steps, each with the weights that the steps before made: gradients, clipping and Adam show. */
export function expectedLosses(item: LstmCase, { weights, x, targets }: TrainInputs): number[] {
  const { T, B, H, V } = item;
  const rows = T * B;
  const { weightIh, weightHh, biasIh, biasHh } = weights.lstm;
  const initial: Output[] = [weightIh, weightHh, biasIh, biasHh, weights.linear.weight, weights.linear.bias];
  const states = initial.map((p) => ({ p, m: new Float64Array(p.length), v: new Float64Array(p.length) }));
  const zeros = new Float64Array(B * H);
  return Array.from({ length: TRAIN_CALLS }, (_, step) => {
    const [wih, whh, bih, bhh, weight, bias] = states.map(({ p }) => p);
    const given = layer(item, { weightIh: wih, weightHh: whh, biasIh: bih, biasHh: bhh }, x);
    const { y } = lstm(given);
    const { loss, dlogits } = crossEntropy(linear(y, weight, bias, rows, H, V), targets, rows, V);
    const head = linearBackward(dlogits, y, weight, rows, H, V);
    const { dwih, dwhh, dbih, dbhh } = lstmBackward(given, head.dx, zeros, zeros);
    const gradients = clipAll([dwih, dwhh, dbih, dbhh, head.dw, head.db], TRAINING.maxNorm);
    const options = { lr: TRAINING.lr, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 };
    states.forEach((state, i) => {
      Object.assign(state, adam(state.p, gradients[i], state.m, state.v, step + 1, options));
    });
    return loss[0];
  });
}

/** By their common norm. */
function clipAll(gradients: readonly Float64Array[], max: number): Float64Array[] {
  const all = Float64Array.from(gradients.flatMap((g) => Array.from(g)));
  const { g } = clipByNorm(all, max);
  return pieces(
    g,
    gradients.map(({ length }) => length),
  );
}

/** What lies behind each other in one array. */
export function pieces<A extends Float32Array | Float64Array>(all: A, lengths: readonly number[]): A[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return all.subarray(end - length, end) as A;
  });
}

/** |got - want| <= relative |want| + absolute max |want|. */
export function boundOf(item: Case): { relative: number; absolute: number } {
  if (!isRowCase(item)) return { relative: 2e-5, absolute: 2e-5 };
  // a sum of n positive numbers in float32, one after the other, is wrong by at most n 2^-24, its logarithm by the same
  const relative = 1e-5 + item.cols * 2 ** -24;
  const isLogarithm = item.op === "logSoftmax" || item.op === "logSumExp";
  return { relative, absolute: isLogarithm ? relative : 1e-6 };
}

/** The largest error over the largest number of its output; throws where one is beyond the bound. */
export function compare(item: Case, got: readonly Output[], want: readonly Output[]): number {
  const { relative, absolute } = boundOf(item);
  let worst = 0;
  want.forEach((values, output) => {
    const result = got[output];
    if (result?.length !== values.length) throw new Error(`output ${output} has ${result?.length} of ${values.length}`);
    const scale = largest(values);
    for (let i = 0; i < values.length; i++) {
      const error = Math.abs(result[i] - values[i]);
      // a NaN is never within the bound
      if (!(error <= relative * Math.abs(values[i]) + absolute * scale)) {
        throw new Error(`output ${output} at ${i} is ${result[i]}, float64 has ${values[i]}`);
      }
      worst = Math.max(worst, error / scale);
    }
  });
  return worst;
}

function largest(values: Output): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) max = Math.max(max, Math.abs(values[i]));
  return max;
}
