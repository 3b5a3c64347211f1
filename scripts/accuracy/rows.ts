import { ROWS, readBounds } from "../../test/support/bounds.js";
import { table } from "./markdown.js";
import { CASES, COLUMNS, DEVIATIONS, KINDS, OFFSETS, SHOWN, TEMPERATURES } from "./rows/cases.js";
import { readMeasured } from "./rows/figures.js";
import { FUNCTIONS, NAMES, type Name } from "./rows/functions.js";
import type { Sizes, Way, Worst } from "./rows/measure.js";

const list = (values: number[]): string => values.map((v) => v.toLocaleString("en")).join(", ");

const TEXT = `## Functions of rows

The worst errors in ULP, measured by \`npm run docs:accuracy\` on seeded rows, against naive float64 that
takes the largest entry out of its sum (\`test/support/oracle/kernels.ts\`). That is itself within (columns + 210) 2^-29 ULP:
\`npx vitest run test/oracle/rows.test.ts\` compares it with integers of 320 binary places. "bound" is what the library promises
and the tests hold; those of softmaxBackward and logSoftmaxBackward are derived, the others are not proven and lie above the
worst row that is known. The JavaScript fallback has the bits of strict; relaxed, whose bits depend on the engine, ran in Node 20 on
x86-64.

- normal: ${CASES.length / KINDS.length} blocks of normal numbers of deviation ${list(DEVIATIONS)} around ${list(OFFSETS)}, times the
  temperature, each at temperature 1 and at one of ${list(TEMPERATURES)}, in rows of
  ${list(COLUMNS.slice(0, 18))},
  ${list(COLUMNS.slice(18))} columns.
- dominating: the same, but one entry of each row is up to 60 above the largest of the others.
- hard: the end of climbs from random rows of 2 to 64 columns at random temperatures on strict, and the other ways on the same row.

In brackets: temperature, deviation, offset and columns; columns and temperature of a hard row. "usual float32" is what the usual way loses on the same
rows, in JavaScript with \`Math.fround\`: x - max, exp and log, sums in float32 from the first column to the last, p - 1 as
the gradient. Where it has 1e+7 and more, a result is 0 that should not be. [Beside PyTorch](#beside-pytorch) has the errors
of PyTorch's float32 on the golden cases.

The unit is an ULP of the true result, with three exceptions. logSumExp from 32 columns on: of the larger of it and the
largest entry. softmaxBackward and logSoftmaxBackward, of y rounded from the truth: of the largest of dx and the terms that
it is the difference of. A probability below 2^-126 may be 0, in the gradient of cross-entropy, too.
`;

const BY_COLUMNS = `The worst of strict and of the usual way on the normal rows, by columns: the bounds do not grow with them.
`;

const HEAD = ["function", "rows", "bound", "strict", "relaxed", "usual float32"];
const WAYS: Way[] = ["strict", "relaxed", "usual"];

/** From what was measured, without measuring it again. */
export function rows(): string {
  const bounds = readBounds(ROWS);
  const { figures, sizes, hard } = readMeasured();
  const rowsOf = (name: Name): string[][] => {
    const { bound, hard: hardBound } = bounds.get(FUNCTIONS[name])!;
    const both = bound.strict === bound.relaxed ? String(bound.strict) : `${bound.strict}, ${bound.relaxed}`;
    const found = KINDS.map((kind) => [name, kind, both, ...WAYS.map((way) => cell(figures[name][kind][way]))]);
    const { x, temperature, ulp } = hard[name];
    return [
      ...found,
      [name, "hard", String(hardBound), ...WAYS.map((way) => `${show(ulp[way])} (${x.split(" ").length}, ${Number(temperature.toPrecision(2))})`)],
    ];
  };
  return `${TEXT}\n${table(HEAD, NAMES.flatMap(rowsOf))}\n${BY_COLUMNS}\n${byColumns(sizes)}`;
}

function byColumns(sizes: Sizes): string {
  const cellsOf = (name: Name, way: Way) => SHOWN.map((cols) => show(sizes[cols][way][name]));
  const head = ["function", ...SHOWN.map((cols) => cols.toLocaleString("en"))];
  const lines = NAMES.flatMap((name) => [
    [name, ...cellsOf(name, "strict")],
    [`${name}, usual float32`, ...cellsOf(name, "usual")],
  ]);
  return table(head, lines);
}

const cell = ({ ulp, temperature, deviation, offset, cols }: Worst): string =>
  `${show(ulp)} (${temperature}, ${deviation}, ${offset}, ${cols.toLocaleString("en")})`;

/** Rounded up, as the figure itself. */
function show(ulp: number): string {
  if (ulp >= 1e4) return ulp.toExponential(1);
  const unit = ulp < 1 ? 1000 : 100;
  return (Math.ceil(ulp * unit) / unit).toFixed(ulp < 1 ? 3 : 2);
}
