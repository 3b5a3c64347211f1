// The programs that every host runs: the README's quick start in each way to import it, and the training run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { codeIn } from "../support/snippets.js";
import { root } from "./command.js";

export const quickStart = codeIn(readFileSync(join(root, "README.md"), "utf8"));

/** How it is imported, and the file that does it. */
export const WAYS = {
  ESM: "quick-start.mjs",
  "require()": "require.cjs",
  "import() in CommonJS": "import.cjs",
  TypeScript: "quick-start.mts",
} as const;

export type Way = keyof typeof WAYS;

/** Text by file. */
export async function programs(): Promise<Record<string, string>> {
  const script = await javascript(quickStart);
  const training = await javascript(readFileSync(join(root, "test/hosts/training.ts"), "utf8"));
  return {
    "quick-start.mjs": script,
    "quick-start.mts": quickStart,
    "require.cjs": commonjs(script, (name) => `require(${name})`),
    "import.cjs": commonjs(script, (name) => `await import(${name})`),
    "import.cts": commonjs(quickStart, (name) => `await import(${name})`),
    "require.cts": `import softcell = require("softcell");\nvoid softcell.init().then((sc) => softcell.softmax(sc, Float32Array.of(1)));\n`,
    "training.js": training,
    "fingerprint.mjs": FINGERPRINT,
  };
}

/** Of the training run, and that the fallback works without init(). */
const FINGERPRINT = `import * as softcell from "softcell";
import { fallback } from "softcell/js";
import { train } from "./training.js";

const outcome = await train(softcell);
const sc = softcell.initSync({ backend: "js", fallback });
if (softcell.softmax(sc, Float32Array.of(1, 1))[0] !== 0.5) throw new Error("the fallback has another softmax");
console.log(JSON.stringify(outcome));
`;

async function javascript(code: string): Promise<string> {
  return (await transform(code, { loader: "ts", format: "esm", target: "es2022" })).code;
}

/** A program of CommonJS: its import by `load`, the rest in a function that may await. */
function commonjs(code: string, load: (name: string) => string): string {
  const [statement, names, name] = code.match(/import (\{[^}]*\}) from ("softcell");/) as RegExpMatchArray;
  const body = code.replace(statement, `const ${names.replace(/\s+/g, " ")} = ${load(name)};`);
  return `async function main() {\n${body}\n}\nmain();\n`;
}
