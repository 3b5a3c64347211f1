import { ROWS, readBounds } from "../../test/bounds.js";
import { table } from "./markdown.js";
import { CASES, COLUMNS, DEVIATIONS, KINDS, OFFSETS } from "./rows/cases.js";
import { readMeasured } from "./rows/figures.js";
import { FUNCTIONS, NAMES, type Name } from "./rows/functions.js";
import type { Way, Worst } from "./rows/measure.js";

const list = (values: number[]): string => values.map((v) => v.toLocaleString("en")).join(", ");

const TEXT = `## Functions of rows

The worst errors in ULP, against naive float64 that takes the largest entry out of its sum (\`test/oracle.ts\`), itself within
(columns + 210) 2^-29 ULP: \`test/truth-rows.test.ts\` compares it with integers of 320 binary places. "bound" is what the
library promises and the tests hold. Those of the two gradients are derived; the others are not proven, and cover the
worst row that is known. Temperature 1, seeded, measured by \`npm run docs:accuracy\`; the JavaScript fallback has the bits of strict.

- normal: ${CASES.length / KINDS.length} blocks of normal numbers of deviation ${list(DEVIATIONS)} around ${list(OFFSETS)}, of
  ${list(COLUMNS)} columns.
- dominating: the same, but one entry of each row is up to 60 above the largest of the others.
- hard: the worst row at the end of climbs from random rows of 2 to 64 columns on strict; the others on the same row.

In brackets: deviation, offset, columns; columns of a hard row. "usual float32" is what the usual way loses on these rows, in
JavaScript with \`Math.fround\`: x - max, exp, log, the sum in float32 from the first column to the last, p - 1 as the
gradient. Its 1.7e+7 are results of 0 or all wrong where one entry dominates. [Beside PyTorch](#beside-pytorch) has PyTorch's
own float32 on other rows.

The unit is an ULP of the true result, with three exceptions. logSumExp from 32 columns on: of the larger of it and the largest
entry. softmaxBackward and logSoftmaxBackward: of the largest of dx and the terms that it is the difference of; their y is the
true one rounded to float32. A probability below 2^-126, and a gradient of cross-entropy, may be 0.
`;

const HEAD = ["function", "rows", "bound", "strict", "relaxed", "usual float32"];
const WAYS: Way[] = ["strict", "relaxed", "usual"];

/** From what was measured, without measuring it again. */
export function rows(): string {
  const bounds = readBounds(ROWS);
  const { figures, hard } = readMeasured();
  const rowsOf = (name: Name): string[][] => {
    const { bound } = bounds.get(FUNCTIONS[name])!;
    const both = bound.strict === bound.relaxed ? String(bound.strict) : `${bound.strict}, ${bound.relaxed}`;
    const found = KINDS.map((kind) => [name, kind, both, ...WAYS.map((way) => cell(figures[name][kind][way]))]);
    const { x, ulp } = hard[name];
    return [...found, [name, "hard", both, ...WAYS.map((way) => `${show(ulp[way])} (${x.split(" ").length})`)]];
  };
  return `${TEXT}\n${table(HEAD, NAMES.flatMap(rowsOf))}`;
}

const cell = ({ ulp, deviation, offset, cols }: Worst): string =>
  `${show(ulp)} (${deviation}, ${offset}, ${cols.toLocaleString("en")})`;

/** Rounded up, as the figure itself. */
const show = (ulp: number): string => (ulp < 1e4 ? (Math.ceil(ulp * 100) / 100).toFixed(2) : ulp.toExponential(1));
