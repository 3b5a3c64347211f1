// TypeScript in markdown: what its comments promise, and what it prints where a user runs it, in an empty folder that
// has the built package.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The code of a page: its blocks of TypeScript, one program. */
export function codeIn(markdown: string): string {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join("\n");
}

/** The comment behind each console.log; undefined where one has none. */
export function promisesIn(code: string): (string | undefined)[] {
  return [...code.matchAll(/console\.log\(.*$/gm)].map(([line]) => line.match(/\); \/\/ (.*)$/)?.[1]);
}

/**
 * Type-checks the programs and runs them in one process; returns what each console.log of each has printed. With `freed` it
 * throws Error where one warns on the console, or where an instance, at its end or at that of the program, has more memory
 * in use than when it was made.
 */
export function runAll(programs: Readonly<Record<string, string>>, { freed = false } = {}): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), "softcell-"));
  const node = (tool: string, ...args: string[]) => {
    const options = { cwd: folder, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules", tool), ...args],
      options,
    );
    if (status !== 0) throw new Error(`${tool}: ${stdout}${stderr}`);
    return stdout;
  };
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/softcell"), "junction");
    for (const [name, code] of Object.entries(programs)) writeFileSync(join(folder, `${name}.mts`), code);
    const types = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"];
    types.push("--lib", "es2022,esnext.disposable,dom");
    node("typescript/bin/tsc", ...types, ...Object.keys(programs).map((name) => `${name}.mts`));
    for (const [name, code] of Object.entries(programs))
      writeFileSync(join(folder, `${name}.mts`), code.replace('from "softcell"', 'from "./watched.mts"'));
    writeFileSync(join(folder, "watched.mts"), WATCHED);
    writeFileSync(join(folder, "index.mts"), runner(Object.keys(programs)));
    const { printed, warned, kept } = JSON.parse(node("tsx/dist/cli.mjs", "index.mts"));
    if (freed && warned.length > 0) throw new Error(`warnings of ${warned.join("\n")}`);
    if (freed && kept.length > 0) throw new Error(`memory is kept by ${kept.join(", ")}`);
    return printed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The package, whose instances are compared with what they were. */
const WATCHED = `import * as softcell from "softcell";
export * from "softcell";
const open = new Map<softcell.Softcell, number>();
let kept = 0;
function watch(sc: softcell.Softcell): softcell.Softcell {
  open.set(sc, sc.memoryUsage.used);
  const { dispose } = sc;
  const value = (): void => {
    if (open.has(sc)) compare(sc);
    dispose.call(sc);
  };
  Object.defineProperty(sc, "dispose", { value });
  return sc;
}
function compare(sc: softcell.Softcell): void {
  kept += sc.memoryUsage.used - (open.get(sc) ?? 0);
  open.delete(sc);
}
export const init = async (options?: softcell.InitOptions) => watch(await softcell.init(options));
export const initSync = (options?: softcell.InitSyncOptions) => watch(softcell.initSync(options));
/** Bytes that are more than before, since the last call. */
export function keptBytes(): number {
  for (const sc of [...open.keys()]) compare(sc);
  const bytes = kept;
  kept = 0;
  return bytes;
}`;

function runner(names: string[]): string {
  return `import { formatWithOptions } from "node:util";
    import { keptBytes } from "./watched.mts";
    const printed: Record<string, string[]> = {};
    const warned: string[] = [];
    const kept: string[] = [];
    const log = console.log;
    for (const name of ${JSON.stringify(names)}) {
      const lines: string[] = (printed[name] = []);
      console.log = (...values) => lines.push(formatWithOptions({ breakLength: Infinity }, ...values));
      console.warn = (...values) => warned.push(name + ": " + values.join(" "));
      await import(\`./\${name}.mts\`);
      const bytes = keptBytes();
      if (bytes !== 0) kept.push(name + " (" + bytes + " bytes)");
    }
    log(JSON.stringify({ printed, warned, kept }));`;
}

/** Whether a comment says what was printed: the same words, and numbers rounded to the decimals of the comment. */
export function agrees(promise: string, printed: string): boolean {
  const tokens = (text: string) =>
    text
      .replace(/(?:Float32|Float64|Int32)Array\(\d+\)|[[\]{},]/g, " ")
      .trim()
      .split(/\s+/);
  const [expected, got] = [tokens(promise), tokens(printed)];
  return expected.length === got.length && expected.every((token, i) => token === got[i] || rounds(token, got[i]));
}

/** 0.25 is any number from 0.245 to 0.255, 2.5e-9 any from 2.45e-9 to 2.55e-9, and 0 is 0 only. */
function rounds(text: string, got: string): boolean {
  const [, decimals, exponent] = text.match(/^-?\d+(?:\.(\d+))?(?:e([+-]?\d+))?$/) ?? [];
  if (decimals === undefined) return false;
  const unit = 10 ** (Number(exponent ?? 0) - decimals.length);
  return Math.abs(Number(got) - Number(text)) <= unit * (0.5 + 1e-9);
}
