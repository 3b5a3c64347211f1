// Commands, the packages of a host, and what is written down of it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));

/** The environment. A host must not see that it runs inside Vitest. */
export function inherited(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...others } = process.env;
  return others;
}

/** What a command prints; Error with all of it when it fails. */
export function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...inherited(), ...env },
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? ""}${stdout}${stderr}`);
  return { stdout, stderr };
}

export const output = (...command: Parameters<typeof run>): string => run(...command).stdout;

/** Installs the packages of test/hosts/NAME where they are not; returns why that is not possible. */
function refusal(folder: string): string | undefined {
  const marker = join(folder, "node_modules/.package-lock.json");
  const lock = join(folder, "package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs > statSync(lock).mtimeMs) return undefined;
  try {
    // what the lock file says; not `ci`, which refuses a registry that lacks packages of other platforms
    output("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], folder);
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.match(/npm error (.*)/)?.[1];
    return reason ?? (error as Error).message.split("\n")[0];
  }
}

/** describe() of a host with its packages, which is skipped where they cannot be had, but not in CI. */
export function describeHost(name: string, title: string, tests: (folder: string) => void): void {
  const folder = join(here, name);
  const reason = refusal(folder);
  if (reason && process.env.CI) throw new Error(`${title}: ${reason}`);
  describe.skipIf(reason)(reason ? `${title}, skipped: ${reason}` : title, () => tests(folder));
}

/** Writes what a host has done, for docs/hosts.md. */
export function record(name: string, rows: readonly Row[]): void {
  mkdirSync(join(here, "results"), { recursive: true });
  writeFileSync(join(here, `results/${name}.json`), `${JSON.stringify(rows, undefined, 2)}\n`);
}
