import { CELLS, readBounds } from "../../test/support/bounds.js";
import { HEAD, rowsOf } from "./elementary.js";
import { table } from "./markdown.js";

const TEXT = `## Activations of LSTM cells

The cells of an LSTM compute their activations in float32. These are the errors of lstmForward with the default parameters, on
all 2^32 float32 inputs like those above: \`npm run test:exhaustive -- --filter cell\`. The plain cell has the same sigmoid and
tanh as a cell with options. sigmoid takes an input below -87.33 as -87.33, so it never falls below 1.2e-38; it is compared with
the truth of that input.
`;

const OTHERS = `
The other activations, and other parameters: \`npx vitest run test/accuracy/cells.test.ts\` holds these bounds.

| activation | largest error |
| --- | --- |
| relu, thresholdedRelu | 0 |
| leakyRelu | 0.5 ULP |
| elu with another alpha | 2.5 ULP |
| scaledTanh | 1.06 ULP with alpha = beta = 1, otherwise 4.2 ULP |
| affine, hardSigmoid | 2^-24 (abs(alpha x) + abs(alpha x + beta)) |
| the slope of an activation, by which backward multiplies | 3.5 x 2^-24 with the default parameters |
`;

export function cells(): string {
  const rows = [...readBounds(CELLS)].flatMap(([name, bound]) => rowsOf([nameOf(name), bound]));
  return `${TEXT}\n${table(HEAD, rows)}${OTHERS}`;
}

/** cellSigmoid is the bound of sigmoid. */
const nameOf = (name: string): string => name[4].toLowerCase() + name.slice(5);
