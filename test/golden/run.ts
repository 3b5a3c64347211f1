// Golden cases through the public API on every backend.
// Usage: npm run test:golden -- DIR [--margins]
// Exit code 1: a case failed. 2: the directory cannot be read, or holds a manifest of another format.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { type BackendName, init } from "../../src/index.js";
import { GoldenError, type Manifest } from "./manifest.js";
import { readDirectory } from "./reader.js";
import { type CaseResult, failures, runManifest } from "./runner.js";

const BACKENDS: BackendName[] = ["strict", "relaxed", "js"];
const RELAXED = "--experimental-wasm-relaxed-simd";

interface Run extends CaseResult {
  backend: BackendName;
}

/** The arguments, or undefined where they are wrong. */
function argumentsOf(args: string[]): { directory: string; margins: boolean } | undefined {
  try {
    const options = { margins: { type: "boolean" } } as const;
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
    if (positionals.length === 1) return { directory: positionals[0], margins: values.margins === true };
  } catch {
    // an unknown option
  }
  return undefined;
}

async function runAll(manifests: Manifest[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const backend of BACKENDS) {
    let sc: Awaited<ReturnType<typeof init>>;
    try {
      sc = await init({ backend });
    } catch (error) {
      if (backend !== "relaxed") throw error;
      console.log(`relaxed: skipped, ${(error as Error).message}`);
      continue;
    }
    for (const manifest of manifests) {
      for (const result of runManifest(sc, manifest)) runs.push({ ...result, backend });
    }
  }
  return runs;
}

/** How many cases of each operation are not supported yet on each backend, and why. */
function printUnsupported(runs: Run[]): void {
  const counts = new Map<string, Map<string, number>>();
  for (const { op, backend, reason, status } of runs) {
    if (status !== "not supported yet") continue;
    const reasons = counts.get(`${op} ${backend}`) ?? new Map<string, number>();
    counts.set(`${op} ${backend}`, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  }
  for (const [head, reasons] of counts) {
    const total = [...reasons.values()].reduce((sum, n) => sum + n, 0);
    const list = [...reasons].map(([reason, n]) => `${reason} ${n}`).join("; ");
    console.log(`not supported yet: ${head} ${total} (${list})`);
  }
}

/** The worst error / bound of each operation, output and backend. */
function printMargins(runs: Run[]): void {
  const worst = new Map<string, { ratio: number; name: string }>();
  for (const { op, backend, name, verdicts } of runs) {
    for (const [output, { error, bound }] of Object.entries(verdicts)) {
      const key = [op, output, backend].join(" ");
      const ratio = error && error / bound;
      if (!(ratio <= (worst.get(key)?.ratio ?? -1))) worst.set(key, { ratio, name });
    }
  }
  const sorted = [...worst].sort(([, a], [, b]) => b.ratio - a.ratio);
  for (const [key, { ratio, name }] of sorted) console.log(`margin ${ratio.toFixed(3)} ${key} (${name})`);
}

async function main(): Promise<number> {
  const args = argumentsOf(process.argv.slice(2));
  if (!args) {
    console.error("usage: npm run test:golden -- DIR [--margins]");
    return 2;
  }
  let manifests: Manifest[];
  try {
    manifests = readDirectory(args.directory);
  } catch (error) {
    if (!(error instanceof GoldenError)) throw error;
    console.error(error.message);
    return 2;
  }
  const runs = await runAll(manifests);
  for (const run of runs) for (const line of failures(run.backend, run)) console.log(line);
  printUnsupported(runs);
  if (args.margins) printMargins(runs);
  const count = (status: CaseResult["status"]): number => runs.filter((run) => run.status === status).length;
  for (const backend of BACKENDS) {
    const mine = runs.filter((run) => run.backend === backend);
    if (mine.length) console.log(`${backend}: ${mine.filter((run) => run.status === "passed").length} passed`);
  }
  const [passed, failed, missing] = [count("passed"), count("failed"), count("not supported yet")];
  console.log(`${passed} passed, ${failed} failed, ${missing} not supported yet`);
  return failed ? 1 : 0;
}

/** Node 20 has relaxed SIMD behind a flag: there this script runs itself once more, with it. */
function again(): number | undefined {
  const flags = process.execArgv;
  if (!process.versions.node.startsWith("20.") || flags.includes(RELAXED)) return undefined;
  const child = spawnSync(process.execPath, [...flags, RELAXED, ...process.argv.slice(1)], { stdio: "inherit" });
  if (child.error) throw child.error;
  return child.status ?? 1;
}

process.exitCode = again() ?? (await main());
