// The truth of the functions of rows, naive float64, against integers of 320 binary places. FIGURES=1 prints the worst errors.
import { expect, test } from "vitest";
import { type Block, CASES, type Case, draw } from "../../scripts/accuracy/rows/cases.js";
import { NAMES, type Name, type Results, type Solved, solve } from "../../scripts/accuracy/rows/functions.js";
import { BIG, fixed, toNumber } from "../exhaustive/big.js";
import { ulp32 } from "../support/ulp.js";

const ONE = fixed(1);
const mul = (a: bigint, b: bigint): bigint => (a * b) / ONE;
const div = (a: bigint, b: bigint): bigint => (a * ONE) / b;
const sum = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

/** The first row of a case. */
function firstRow(c: Case): Block {
  const { x, dy, targets, cols, temperature } = draw(c);
  return { x: x.slice(0, cols), dy: dy.slice(0, cols), targets: targets.slice(0, 1), rows: 1, cols, temperature };
}

/** The largest of a row, L and the probabilities. */
function solved(z: bigint[]) {
  const m = z.reduce((a, b) => (a > b ? a : b));
  const e = z.map((v) => BIG.exp(v - m)!);
  const total = sum(e);
  return { m, L: BIG.log(total)!, p: e.map((v) => div(v, total)) };
}

function exact({ x, dy: dys, targets: [t], y: ys, log, temperature }: Solved): Results<bigint[]> {
  const [logits, dy, y] = [x, dys, ys].map((values) => Array.from(values, fixed));
  const beta = fixed(1 / temperature);
  const z = logits.map((v) => mul(v, beta));
  const { m, L, p } = solved(z);
  const plain = temperature === 1 ? { m, L, p } : solved(logits);
  const mean = div(sum(y.map((v, i) => mul(v, dy[i]))), sum(y));
  const all = sum(dy);
  return {
    softmax: p,
    softmaxBackward: y.map((v, i) => mul(mul(v, dy[i] - mean), beta)),
    logSoftmax: z.map((v) => v - m - L),
    logSoftmaxBackward: dy.map((v, i) => mul(v - mul(BIG.exp(fixed(log[i]))!, all), beta)),
    logSumExp: [m + L],
    "crossEntropy, loss": [plain.m - logits[t] + plain.L],
    "crossEntropy, gradient": plain.p.map((v, i) => (i === t ? v - ONE : v)),
  };
}

/**
 * A sum of n numbers of one sign is within n 2^-53; exp of x - m, up to 200, adds some 210, and beta x, up to 2,200 and
 * rounded, twice that many. An ULP is 2^-24 at least.
 */
const bound = (cols: number, temperature: number): number => (cols + 210 + (temperature === 1 ? 0 : 4400)) * 2 ** -29;

const few = CASES.filter(({ cols }) => [1, 2, 5, 33, 255].includes(cols));
const long = CASES.filter(
  ({ kind, temperature, cols, deviation, offset }) =>
    cols === 131_072 && deviation === 3 && offset === 100 && (kind === "normal") === (temperature === 1),
);

test.each([
  ["short rows", few],
  ["131,072 columns", long],
])("%s", (_, cases) => {
  const worst = Object.fromEntries(NAMES.map((name) => [name, 0])) as Results<number>;
  const compare = (name: Name, block: Solved, want: bigint[]): void => {
    const { cols, temperature } = block;
    const [got, unit] = [block.want[name], block.unit[name]];
    for (const [i, v] of want.entries()) {
      const size = Math.max(Math.abs(unit[i]), name === "logSumExp" ? Math.abs(block.x[0] / temperature) : 0);
      if (size < 2 ** -126) continue; // may be flushed, and lies below the binary places
      const error = Math.abs(toNumber(v - fixed(got[i]))) / ulp32(size) / bound(cols, temperature);
      worst[name] = Math.max(worst[name], Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
  };
  expect(cases.length).toBeGreaterThan(1);
  for (const c of cases) {
    const block = solve(firstRow(c));
    const want = exact(block);
    for (const name of NAMES) compare(name, block, want[name]);
  }
  if (process.env.FIGURES) console.log(worst);
  for (const name of NAMES) expect(worst[name], name).toBeLessThan(1);
});
