import { type Bound, type Build, readBounds } from "../../test/support/bounds.js";
import { table } from "./markdown.js";

const TEXT = `## Elementary functions

All 2^32 float32 inputs, against a truth in float64 that was compared with integers of 320 binary places: \`npm run
test:exhaustive\`. Parameters have their defaults. A gradient is taken at dy = 1, as a function of the input x or, for exp,
sigmoid, tanh and relu, of the result y. "bound" is what the library promises and the tests hold, "worst" what the sweep
found, "correct" the share of results that are the float32 next to the truth. NaN, infinities, signed zeros and denormal
results are compared, too. The JavaScript fallback has the bits of strict. Where relaxed has no line of its own it has the same
errors as strict. prelu is leakyRelu with the slope of its channel.
`;

export const HEAD = ["function", "bound", "worst ULP", "at bits", "got", "want", "correct, %"];

export function elementary(): string {
  const rows = [...readBounds()].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).flatMap(rowsOf);
  return `${TEXT}\n${table(HEAD, rows)}`;
}

export function rowsOf([name, bound]: [string, Bound]): string[][] {
  const [strict, relaxed] = [cells(bound, "strict"), cells(bound, "relaxed")];
  if (strict.join() === relaxed.join()) return [[name, ...strict]];
  return [
    [name, ...strict],
    [`${name}, relaxed`, ...relaxed],
  ];
}

function cells({ bound, worst }: Bound, build: Build): string[] {
  const { ulp, at, got, want, correct } = worst[build] ?? { ulp: "", at: "", got: "", want: "", correct: "" };
  return [String(bound[build]), ulp, at, got, want, correct];
}
