// Who may import what, and that every kernel has its twin. Read from the source, so that a wrong import fails before
// anything runs.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { ARITY } from "../../src/contract.js";

const KERNEL = ["assembly/simd", "assembly/constants", "src/coefficients", "assembly/math/"];
const GROUND = ["src/check", "src/arrays", "src/random"];
const UPPER = ["src/ops/", "src/layers/", "src/train/", "src/memory/", "src/contract", "src/contract/", ...GROUND];

/** File, what it may import. A name with a slash at its end is a folder and all in it. */
const TABLE: [file: string, may: string[]][] = [
  ["src/coefficients", []],
  ["src/arrays", []],
  ["src/check", ["src/arrays"]],
  ["src/random", ["src/check"]],
  ["src/contract", ["src/contract/"]],
  ["src/contract/", ["src/contract/", "src/coefficients"]],
  ["src/js/", ["src/js/", "src/contract", "src/coefficients"]],
  ["src/backend/", ["src/backend/", "src/js/index", "src/contract", "@assemblyscript/loader", ...GROUND]],
  ["src/memory/", ["src/memory/", "src/backend/parts", "src/backend/text", "src/contract", ...GROUND]],
  ["src/ops/", ["src/ops/", "src/backend/parts", "src/memory/", "src/contract", ...GROUND]],
  ["src/layers/", ["src/backend/parts", ...UPPER]],
  ["src/train/", ["src/backend/parts", ...UPPER]],
  ["src/convert/", ["src/convert/", "src/layers/parameters", ...GROUND]],
  ["src/files/", ["src/files/", ...UPPER]],
  ["src/init", ["src/backend/start", "src/memory/softcell"]],
  ["src/index", ["src/"]],
  ["assembly/simd", []],
  ["assembly/constants", ["src/coefficients"]],
  ["assembly/math/", KERNEL],
  ["assembly/rows/", [...KERNEL, "assembly/rows/"]],
  ["assembly/losses/", [...KERNEL, "assembly/losses/", "assembly/rows/maximum"]],
  ["assembly/alternatives/", [...KERNEL, "assembly/alternatives/", "assembly/rows/", "assembly/layers/"]],
  ["assembly/gemm/", [...KERNEL, "assembly/gemm/"]],
  ["assembly/layers/", [...KERNEL, "assembly/layers/", "assembly/gemm/", "assembly/alternatives/lanes"]],
  ["assembly/recurrent/", KERNEL],
  ["assembly/lstm/", [...KERNEL, "assembly/gemm/", "assembly/recurrent/", "assembly/lstm/"]],
  ["assembly/train/", [...KERNEL, "assembly/train/", "assembly/recurrent/copy", "assembly/alternatives/lanes"]],
  ["assembly/parts/", ["assembly/"]],
  ["assembly/index", ["assembly/"]],
  ["test/support/oracle/", []],
];

const root = new URL("../../", import.meta.url);
const FILES = ["assembly", "src", "test/support/oracle"].flatMap(filesIn);

/** The source files in a folder, as paths from the root without their ending. */
function filesIn(folder: string): string[] {
  const names = readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => name.replaceAll("\\", "/").slice(0, -3));
  return files.map((name) => `${folder}/${name}`).filter((file) => !file.startsWith("src/backend/binaries/"));
}

function codeOf(file: string): string {
  return withoutComments(readFileSync(new URL(`${file}.ts`, root), "utf8"));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}

/** What follows `from` in imports and re-exports, `import` without names, and import(); "?" for a computed one. */
function specifiersIn(code: string): string[] {
  const named = code.matchAll(/^\s*(?:import|export)\b[\w\s{},*$]*?\bfrom\s*["']([^"']+)/gm);
  const bare = code.matchAll(/^\s*import\s*["']([^"']+)/gm);
  const dynamic = code.matchAll(/\bimport\(\s*(?:["']([^"']+))?/g);
  return [...named, ...bare, ...dynamic].map((match) => match[1] ?? "?");
}

function importsOf(file: string): string[] {
  const resolve = (specifier: string) => posix.join(posix.dirname(file), specifier).replace(/\.[jt]s$/, "");
  return specifiersIn(codeOf(file)).map((specifier) => (specifier.startsWith(".") ? resolve(specifier) : specifier));
}

const fits = (file: string, name: string) => (name.endsWith("/") ? file.startsWith(name) : file === name);

describe("imports", () => {
  test("every kind is found", () => {
    const code = `import a from "a";\nimport type { b } from './b';\nimport {\n  c, type C as D,\n} from "c";
      export * as e from "e";\nexport { f } from "f";\nimport "g";\nawait import("h");\nimport(name);
      // import "x"\n/* import "y" */\nexport function from(s = "z") {}\n`;
    expect(specifiersIn(withoutComments(code)).sort()).toEqual(["./b", "?", "a", "c", "e", "f", "g", "h"]);
  });

  test("every file has a row in the table", () => {
    expect(FILES.filter((file) => !TABLE.some(([name]) => fits(file, name)))).toEqual([]);
  });

  test.each(TABLE)("%s may import %j", (name, may) => {
    const files = FILES.filter((file) => fits(file, name));
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((to) => !may.some((allowed) => fits(to, allowed)))
        .map((to) => `${file} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });
});

test("relaxed instructions are named in assembly/simd only", () => {
  expect(FILES.filter((file) => /\brelaxed_/.test(codeOf(file)))).toEqual(["assembly/simd"]);
});

test("every kernel has a twin: the same name in the file of the same name", () => {
  const kernelsIn = (folder: string) =>
    filesIn(folder)
      .filter((file) => file !== `${folder}/index`)
      .flatMap((file) => exportsOf(file).map((name) => `${file.slice(folder.length)} ${name}`))
      .sort();
  const kernels = kernelsIn("assembly");
  expect(kernels.map((kernel) => kernel.split(" ")[1]).sort()).toEqual(Object.keys(ARITY).sort());
  expect(kernelsIn("src/js")).toEqual(kernels);
});

/** The kernels that a file exports. Its helpers are its own affair: the twin needs others. */
function exportsOf(file: string): string[] {
  const names = [...codeOf(file).matchAll(/^export (?:function|const) (\w+)/gm)].map((match) => match[1]);
  return names.filter((name) => Object.hasOwn(ARITY, name));
}
