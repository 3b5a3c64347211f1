// The tarball as registries, compilers and bundlers see it.
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { describeHost, output, root } from "./command.js";

describeHost("tarball", "the tarball", (folder) => {
  const tool = (name: string, ...args: string[]) => output(join(folder, "node_modules/.bin", name), args, folder);

  test("publint finds nothing, in strict mode", () => {
    expect(tool("publint", "run", inject("tarball"), "--strict")).toContain("All good!");
  });

  test("attw finds nothing, for packages that are ESM only", () => {
    const wasm = ["--exclude-entrypoints", "./strict.wasm", "./relaxed.wasm", "./package.json"];
    const text = tool("attw", inject("tarball"), "--profile", "esm-only", "--format", "json", ...wasm);
    const { analysis, problems = {} } = JSON.parse(text);
    expect(Object.keys(analysis.entrypoints)).toEqual([".", "./js"]);
    // the profile ignores TypeScript's resolution of Node 10, and import statements in CommonJS of TypeScript before 5.8
    const kinds = Object.values<{ resolutionKind: string }[]>(problems).flat();
    expect(kinds.filter(({ resolutionKind }) => !["node10", "node16-cjs"].includes(resolutionKind))).toEqual([]);
  });

  describe("types, in the oldest TypeScript", () => compiles(join(folder, "node_modules/typescript-oldest")));
});

test("the tarball has what it needs and nothing else", () => {
  const names = output("tar", ["-tzf", inject("tarball")], root)
    .trim()
    .split("\n");
  const foreign = names.filter(
    (name) =>
      !/^package\/((dist|src)\/.*\.(js|js\.map|d\.ts|ts|wasm)|(package\.json|README\.md|LICENSE|CHANGELOG\.md))$/.test(
        name,
      ),
  );
  expect(foreign).toEqual([]);
  expect(names.filter((name) => name.includes("src/backend/binaries/"))).toEqual([]);
});

/** The declarations themselves are checked as well. */
function compiles(compiler: string): void {
  const common = ["--strict", "--noEmit", "--target", "es2022", "--skipLibCheck", "false"];
  const tsc = (...args: string[]) =>
    output(process.execPath, [join(compiler, "bin/tsc"), ...common, ...args], inject("app"));
  const files = ["quick-start.mts", "import.cts"];

  test.each([
    ["bundler", "esnext", files],
    ["node16", "node16", files],
    // import statements in CommonJS are for TypeScript 5.8 and later
    ["nodenext", "nodenext", compiler.endsWith("oldest") ? files : [...files, "require.cts"]],
  ] as const)("with moduleResolution %s", (moduleResolution, module, names) => {
    tsc("--module", module, "--moduleResolution", moduleResolution, ...names);
  });
}

describe("types, in the newest TypeScript", () => compiles(join(root, "node_modules/typescript")));
