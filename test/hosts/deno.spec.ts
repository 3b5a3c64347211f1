// Deno, with its own check of types, and without WebAssembly.
import { join } from "node:path";
import { inject, test } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";
import { describeHost, output, record } from "./command.js";
import { expectSame } from "./fingerprint.js";
import { WAYS, type Way } from "./programs.js";
import { expectPromised } from "./quick-start.js";

const ways = Object.keys(WAYS) as Way[];
const NO_WASM = "--v8-flags=--jitless";

describeHost("deno", "Deno", (folder) => {
  const deno = (...args: string[]) => {
    const env = { DENO_DIR: join(inject("app"), ".deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
    return output(join(folder, "node_modules/@deno/linux-x64-glibc/deno"), args, inject("app"), env);
  };
  const run = (file: string, ...options: string[]) => deno("run", "--no-remote", "--allow-read", ...options, file);

  test.each(ways)("runs the quick start: %s", (way) => expectPromised(run(WAYS[way])));

  test("finds the types", () => void deno("check", "--no-remote", "quick-start.mts"));

  test("the same bits, and without WebAssembly", () => {
    const row = { host: "Deno", version: deno("--version").match(/deno (\S+)/)?.[1] as string };
    const rows: Row[] = [
      { ...row, ways, outcome: JSON.parse(run("fingerprint.mjs")) },
      { ...row, condition: `\`${NO_WASM}\``, ways: [], outcome: JSON.parse(run("fingerprint.mjs", NO_WASM)) },
    ];
    rows.forEach(({ outcome }, i) => void expectSame(outcome, i === 1 ? "js" : "strict"));
    record("deno", rows);
  });
});
