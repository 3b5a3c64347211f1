import { fileURLToPath } from "node:url";
import { init } from "../../src/index.js";
import type { GoldenCase, GoldenOutput } from "../../test/golden/manifest.js";
import { readDirectory } from "../../test/golden/reader.js";
import { type CaseResult, runManifest } from "../../test/golden/runner.js";
import { table } from "./markdown.js";

const TEXT = `## Beside PyTorch

The golden cases of \`test/golden/data\`: the error of strict and that of PyTorch 1.13's float32, both against PyTorch's float64
on the same float32 inputs. The error of an output (of a forward or a backward pass) is its largest absolute error over the
largest absolute value of the truth, in units of 2^-24, half an ULP of 1; elements that are not finite are left out. "closer"
counts the outputs where strict is at least as close as PyTorch. The large ones are outputs that are all close to 0, which
float32 loses on the way; the worst of lstm is a gradient of 8e-115 that comes out as 5e-34, because the sigmoid of its gates does
not fall below 1.2e-38. The gradient of hardsigmoid is compared with dy / 6: PyTorch's float64 has a sixth rounded to float32.
`;

const HEAD = ["operation", "outputs", "median", "PyTorch", "worst", "PyTorch", "closer"];
const UNIT = 2 ** -24;
const MIN_NORMAL = 2 ** -126;

interface Errors {
  ours: number;
  torch: number;
}

export async function golden(): Promise<string> {
  const sc = await init({ backend: "strict" });
  const rows: string[][] = [];
  for (const manifest of readDirectory(fileURLToPath(new URL("../../test/golden/data", import.meta.url)))) {
    const groups = new Map<string, Errors[]>();
    const cases = manifest.cases.map((c) => (c.attrs.kind === "hardsigmoid" ? withSixth(c) : c));
    for (const [i, result] of runManifest(sc, { ...manifest, cases }).entries()) {
      const c = cases[i];
      const name = manifest.op === "activations" ? String(c.attrs.kind) : manifest.op;
      groups.set(name, [...(groups.get(name) ?? []), ...errors(c, result)]);
    }
    for (const [name, group] of groups) if (group.length) rows.push(row(name, group));
  }
  return `${TEXT}\n${table(HEAD, rows)}`;
}

/** The case with dy / 6 as the truth of the gradient where it is not 0. */
function withSixth(c: GoldenCase): GoldenCase {
  const { ref, f32 } = c.outputs.grad_x;
  const data = Float64Array.from(ref.data, (value, i) => (value === 0 ? 0 : c.inputs.d_y.data[i] / 6));
  const abs = f32 && data.length ? Math.max(...data.map((value, i) => Math.abs(f32.data[i] - value))) : undefined;
  const grad_x = { ref: { ...ref, data }, f32, torch32: { mismatch: 0, abs } };
  return { ...c, outputs: { ...c.outputs, grad_x } };
}

/** The normalised errors of the outputs that have been judged. */
function errors(c: GoldenCase, { verdicts }: CaseResult): Errors[] {
  return Object.entries(verdicts).flatMap(([name, { largest: error }]) => {
    const output = c.outputs[name];
    const abs = output.torch32?.abs;
    const unit = Math.max(largest(output), MIN_NORMAL) * UNIT;
    return abs === undefined ? [] : [{ ours: error / unit, torch: abs / unit }];
  });
}

function largest({ ref }: GoldenOutput): number {
  let max = 0;
  for (const value of ref.data) if (Number.isFinite(Math.fround(value))) max = Math.max(max, Math.abs(value));
  return max;
}

function row(name: string, group: Errors[]): string[] {
  const [ours, torch] = [group.map((e) => e.ours), group.map((e) => e.torch)];
  const closer = group.filter((e) => e.ours <= e.torch).length;
  const cells = [median(ours), median(torch), Math.max(...ours), Math.max(...torch)].map(show);
  return [name, String(group.length), ...cells, `${closer} of ${group.length}`];
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const show = (value: number): string => (value < 100 ? value.toFixed(2) : value.toExponential(1));
