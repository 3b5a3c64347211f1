// The benchmarks one after the other, each in a process of its own: one that fails or hangs does not stop the others.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Part {
  /** The engine and the benchmark, as in its file of results. */
  title: string;
  node: string;
  script: string;
  options: readonly string[];
}

export interface Outcome {
  title: string;
  minutes: number;
  /** What went wrong; its results of an earlier run stay. */
  error?: string;
}

const bench = new URL("../", import.meta.url);
const root = fileURLToPath(new URL("../", bench));
const RESULTS = new URL("results/", bench);
const LOGS = new URL("../build/bench/", bench);
const MINUTES = 60_000;
const TIMEOUT = 20 * MINUTES;

/** Of npm run bench -- --isolated: what the README shows. */
const ISOLATED = "^(rows softmax|rows cross|lstm forward T|lstm streaming|train|elementwise exp |transfer)";

const COMMANDS = {
  limits: ["limits/index.ts"],
  peers: ["peers/run.ts"],
  bench: ["index.ts"],
  isolated: ["index.ts", "--isolated", "--filter", ISOLATED],
  scaling: ["scaling/index.ts"],
};
type Name = keyof typeof COMMANDS;

/** All of them here. On other engines, where only their own figures count, those without other libraries. */
const HERE: readonly Name[] = ["limits", "peers", "bench", "isolated", "scaling"];
const ELSEWHERE: readonly Name[] = ["limits", "scaling"];

/** They have more than a thousand variants: all that they may take would be half an hour more. */
const ALWAYS_QUICK: readonly Name[] = ["peers", "bench", "isolated", "scaling"];

export function partsOf(nodes: readonly string[], quick: boolean): Part[] {
  return [process.execPath, ...nodes].flatMap((node, i) => {
    const engine = engineOf(node);
    return (i === 0 ? HERE : ELSEWHERE).map((name) => {
      const [script, ...options] = COMMANDS[name];
      if (quick || ALWAYS_QUICK.includes(name)) options.push("--quick");
      return { title: `${name}-${engine}`, node, script, options };
    });
  });
}

/** As in "node20"; throws where the file is no Node. */
export function engineOf(file: string): string {
  const version = execFileSync(file, ["-p", "process.versions.node"], { encoding: "utf8" });
  const [, major] = /^(\d+)\.\d+\.\d+/.exec(version) ?? [];
  if (!major) throw new Error(`${file} is no Node`);
  return `node${major}`;
}

/** Its table goes to a log, its report to the results; `progress` gets what it is at. */
export async function run(part: Part, progress: (text: string) => void): Promise<Outcome> {
  for (const folder of [RESULTS, LOGS]) mkdirSync(folder, { recursive: true });
  const started = performance.now();
  const json = fileURLToPath(new URL(`${part.title}.json`, LOGS));
  rmSync(json, { force: true });
  const ended = await childOf(part, json, progress).catch((error: Error) => error.message);
  const minutes = (performance.now() - started) / MINUTES;
  if (!existsSync(json))
    return { title: part.title, minutes, error: `${ended}, and there is no report: see ${logOf(part)}` };
  renameSync(json, new URL(`${part.title}.json`, RESULTS));
  return { title: part.title, minutes, error: ended === "ended with 0" ? undefined : `${ended}: see ${logOf(part)}` };
}

const logOf = ({ title }: Part): string => `build/bench/${title}.log`;

function childOf(part: Part, json: string, progress: (text: string) => void): Promise<string> {
  const file = fileURLToPath(new URL(part.script, bench));
  const child = spawn(part.node, ["--import", "tsx", file, ...part.options, "--json", json], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    timeout: TIMEOUT,
    killSignal: "SIGKILL",
  });
  const log = createWriteStream(new URL(`${part.title}.log`, LOGS));
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.on("message", (message) => progress(String(Reflect.get(Object(message), "progress") ?? "")));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      log.end();
      resolve(signal ? `ended by ${signal} after at most ${TIMEOUT / MINUTES} minutes` : `ended with ${code}`);
    });
  });
}
