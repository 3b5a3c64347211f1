// Runs the cases of a manifest on one instance.
import type { Softcell } from "../../src/index.js";
import { boundsOf } from "./bounds.js";
import type { GoldenCase, GoldenOutput, Manifest } from "./manifest.js";
import { ops } from "./ops/index.js";
import { NotSupported } from "./ops/op.js";
import { judge, type Verdict } from "./verdict.js";

export interface CaseResult {
  op: string;
  name: string;
  /** A case is failed if one of its outputs is wrong, also where others are not supported yet. */
  status: "passed" | "failed" | "not supported yet";
  /** What is not supported yet. */
  reason: string;
  verdicts: Record<string, Verdict>;
  /** The error that a call threw. */
  thrown?: Error;
}

export function runManifest(sc: Softcell, { op, cases }: Manifest): CaseResult[] {
  return cases.map((c) => runCase(sc, op, c));
}

function runCase(sc: Softcell, op: string, c: GoldenCase): CaseResult {
  const result: CaseResult = { op, name: c.name, status: "failed", reason: "", verdicts: {} };
  const adapter = ops[op];
  if (!adapter) return { ...result, status: "not supported yet", reason: "operation" };
  const unknown = Object.keys(c.attrs).find((attr) => !adapter.attrs.includes(attr));
  if (unknown) return { ...result, status: "not supported yet", reason: `attribute ${unknown}` };
  let outputs: Record<string, ArrayLike<number>>;
  try {
    outputs = adapter.run(sc, c);
  } catch (error) {
    if (error instanceof NotSupported) {
      return { ...result, status: "not supported yet", reason: error.message };
    }
    return { ...result, thrown: error as Error };
  }
  const missing: string[] = [];
  for (const [name, output] of Object.entries(c.outputs)) {
    // on a knot the gradient is either of two
    if (name !== "y" && c.tags.some((tag) => tag.includes("knot"))) continue;
    const got = outputs[name];
    const truth = withKept(output, adapter.kept?.(c, name));
    if (got) result.verdicts[name] = judge(got, truth, boundsOf(op, c, name, truth));
    else missing.push(name);
  }
  if (Object.values(result.verdicts).every(({ ok }) => ok)) {
    result.status = missing.length ? "not supported yet" : "passed";
  }
  return { ...result, reason: missing.length ? `output ${missing.join(", ")}` : "" };
}

/** An output with what is kept on purpose where PyTorch has NaN. */
function withKept(output: GoldenOutput, kept: ((element: number) => number | undefined) | undefined): GoldenOutput {
  if (!kept) return output;
  const data = Float64Array.from(output.ref.data, (v, i) => (Number.isNaN(v) ? (kept(i) ?? v) : v));
  return { ...output, ref: { ...output.ref, data } };
}

/** One line for each output that is wrong, or for what was thrown. */
export function failures(backend: string, { op, name, status, verdicts, thrown }: CaseResult): string[] {
  if (status !== "failed") return [];
  const head = `FAIL ${op}/${name} ${backend}`;
  if (thrown) return [`${head}: threw ${thrown.name}: ${thrown.message}`];
  const wrong = Object.entries(verdicts).filter(([, { ok }]) => !ok);
  return wrong.map(([output, { error, bound, message }]) => {
    return `${head} ${output}: error ${error.toExponential(2)}, bound ${bound.toExponential(2)}; ${message}`;
  });
}
