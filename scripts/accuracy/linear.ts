import { fillNormal, init, linear as layerOf, type Softcell } from "../../src/index.js";
import { linear as truth } from "../../test/support/oracle/kernels.js";
import { shaped } from "../../test/support/state.js";
import { roundings } from "../../test/support/worst.js";
import { table } from "./markdown.js";

const TEXT = `## Linear layers and layer normalization

Products are summed in float32, in blocks of 32 terms; a batch may be cut anywhere, and the gradients of the parameters add up
row after row from what is there. The bounds follow from these orders and hold for every input whose products neither overflow
nor underflow, for \`strict\`, \`relaxed\` and the JavaScript fallback: \`npx vitest run test/accuracy/linear.test.ts
test/accuracy/layers.test.ts\` compares with naive float64. K is the number of terms, R the number of rows, g the gradient
that was there before.

| result | largest error, in units of 2^-24 |
| --- | --- |
| linear: y, and the gradient of x | (min(K, 32) + ceil(K / 32)) (abs(b) + sum abs(x w)), without b for the gradient |
| linear: the gradients of weight and bias | (R + 1) (abs(g) + sum abs(dy x)), R (abs(g) + sum abs(dy)) |
| layerNorm: y, and the gradient of x | half an ULP, and what sums of K terms lose in float64 |
| layerNorm: the gradients of weight and bias | R (abs(g) + sum abs(dy s)), s the normalized x; R (abs(g) + sum abs(dy)) |

Usually the error is far smaller, since roundings cancel. The root mean square and the worst of the errors of y = x W^T for
standard normal x and W, 64 rows and 16 outputs, as multiples of 2^-24 sum abs(x w); "usual float32" is one sum from the first
term to the last, in JavaScript with \`Math.fround\`:
`;

const HEAD = ["terms", "bound", "worst", "usual float32", "root mean square", "usual float32"];
const TERMS = [8, 32, 64, 128, 256, 512, 1024, 4096];
const [ROWS, OUTPUTS] = [64, 16];

export async function linear(): Promise<string> {
  const sc = await init({ backend: "strict" });
  return `${TEXT}\n${table(
    HEAD,
    TERMS.map((terms) => row(sc, terms)),
  )}`;
}

function row(sc: Softcell, terms: number): string[] {
  const [x, weight] = [ROWS * terms, OUTPUTS * terms].map((n) => new Float32Array(n));
  fillNormal(sc, x, { seed: 1 });
  fillNormal(sc, weight, { seed: 2 });
  using layer = layerOf(sc, { inFeatures: terms, outFeatures: OUTPUTS, bias: false });
  layer.loadStateDict(shaped(layer, { weight }));
  const zeros = new Float32Array(OUTPUTS);
  const [a, b] = [x, weight].map((values) => values.map(Math.abs));
  const [want, units] = [truth(x, weight, zeros, ROWS, terms, OUTPUTS), truth(a, b, zeros, ROWS, terms, OUTPUTS)];
  const errors = [layer.forward(x).data, usual(x, weight, terms)].map((got) =>
    want.map((value, i) => (Math.abs(got[i] - value) / units[i]) * 2 ** 24),
  );
  const mean = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const figures = [...errors.map((values) => Math.max(...values)), ...errors.map(mean)];
  return [terms.toLocaleString("en"), String(roundings(terms)), ...figures.map((value) => value.toFixed(2))];
}

function usual(x: Float32Array, weight: Float32Array, terms: number): Float32Array {
  return Float32Array.from({ length: ROWS * OUTPUTS }, (_, i) => {
    const [r, o] = [Math.floor(i / OUTPUTS) * terms, (i % OUTPUTS) * terms];
    let sum = 0;
    for (let k = 0; k < terms; k++) sum = Math.fround(sum + Math.fround(x[r + k] * weight[o + k]));
    return sum;
  });
}
