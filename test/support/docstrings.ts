// The examples of the docstrings in src/, as programs: `sc` is an instance, what they call is imported, and a comment
// behind an expression is what it gives.
import { readdirSync, readFileSync } from "node:fs";
import * as softcell from "../../src/index.js";

const root = new URL("../../", import.meta.url);

export interface Example {
  /** The file and the line of the tag. */
  place: string;
  program: string;
}

export function examples(): Example[] {
  const names = readdirSync(new URL("src", root), { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => `src/${name.replaceAll("\\", "/")}`);
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, root), "utf8");
    return [...text.matchAll(/@example\b([\s\S]*?)\*\//g)].map(({ 1: block, index }) => {
      const place = `${file}:${text.slice(0, index).split("\n").length}`;
      if (!/^\n( *\* .*\n)+ *$/.test(block))
        throw new Error(`${place}: expected code alone, up to the end of the docstring`);
      return { place, program: programOf(block.replace(/^ *\* ?/gm, "")) };
    });
  });
}

function programOf(code: string): string {
  const declared = (name: string) => new RegExp(`\\bconst (?:\\{[^}]*\\b)?${name}\\b`).test(code);
  const used = Object.keys(softcell).filter(
    (name) => new RegExp(`(?<![.\\w])${name}\\b`).test(code) && !declared(name),
  );
  const own = declared("sc") || used.includes("init") ? used : ["init", ...used];
  const imports = [`import { ${own.join(", ")} } from "softcell";\n`];
  if (/\bfallback\b/.test(code)) imports.push(`import { fallback } from "softcell/js";\n`);
  if (!declared("sc")) imports.push("const sc = await init();\n");
  const shown = code.replace(/^(?!const |import )(.*); (\/\/ .*)$/gm, "console.log($1); $2");
  return imports.join("") + shown;
}
