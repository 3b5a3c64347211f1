// The README's quick start as a user runs it: from an empty folder that has the built package.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

test("the quick start prints what its comments say", () => {
  const code = readme.match(/## Quick start\n\n```ts\n([\s\S]*?)```/)?.[1] ?? "";
  const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment);
  expect(expected.length).toBeGreaterThan(2);
  const folder = mkdtempSync(join(tmpdir(), "softcell-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/softcell"), "junction");
    writeFileSync(join(folder, "quick-start.mts"), code);
    const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
    const output = execFileSync(process.execPath, [tsx, "quick-start.mts"], { cwd: folder, encoding: "utf8" });
    for (const text of expected) expect(output.replace(/\s+/g, " ")).toContain(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every npm command in the README is a script", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const commands = [...readme.matchAll(/npm (?:run )?(start|test|bench|test:\w+|build:\w+|build|lint|format)\b/g)];
  expect(commands.length).toBeGreaterThan(3);
  for (const [, name] of commands) expect(scripts).toHaveProperty([name]);
});
