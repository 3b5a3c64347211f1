// The README's way for CommonJS, run by the Node at hand: of the built package, npm run build.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { agrees, promisesIn } from "../support/snippets.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the README's program in CommonJS prints what its comments say", () => {
  const [, code] = readFileSync(join(root, "README.md"), "utf8").match(/^```js\n([\s\S]*?)^```$/m) as RegExpMatchArray;
  const folder = mkdtempSync(join(tmpdir(), "softcell-commonjs-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/softcell"), "junction");
    writeFileSync(join(folder, "index.cjs"), code);
    const { stdout, stderr } = spawnSync(process.execPath, ["index.cjs"], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    const promises = promisesIn(code);
    expect(lines).toHaveLength(promises.length);
    expect(lines.filter((line, i) => !agrees(promises[i] as string, line))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
