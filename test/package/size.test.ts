// What a page has to load, bundled and minified as users do it, gzip -9 of each file; and that what is not used is left
// out. Of the built package: npm run build.
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Bundle, bundle } from "../../bench/bundle.js";
import * as softcell from "../../src/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Program extends Bundle {
  main: string;
  /** Bytes of each source file in the main one, before gzip. */
  parts: Record<string, number>;
}

async function programOf(code: string): Promise<Program> {
  const contents = code.replace('"softcell"', '"./dist/index.js"');
  const { sizes, outputs } = await bundle({ absWorkingDir: root, stdin: { contents, resolveDir: root } });
  const main = Object.keys(outputs).find((name) => outputs[name].entryPoint === "<stdin>") as string;
  const parts = Object.entries(outputs[main].inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]);
  return { sizes, outputs, main, parts: Object.fromEntries(parts) };
}

/** Bytes of these files and of those that they import, but for the main one. */
function loaded({ sizes, outputs, main }: Program, starts: readonly string[]): number {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path, kind } of outputs[name].imports) if (kind === "import-statement") visit(basename(path));
  };
  starts.forEach(visit);
  if (!starts.includes(main)) seen.delete(main);
  return [...seen].reduce((sum, name) => sum + (sizes.get(name) as number), 0);
}

const mainOf = (program: Program): number => loaded(program, [program.main]);
const chunks = ({ sizes }: Program, ...names: RegExp[]): string[] =>
  names.map((name) => [...sizes.keys()].find((file) => name.test(file)) as string);

/** All that takes an instance: no weights of other systems, files, schedules, gradCheck. */
const ALONE = /^(from|to)[A-Z]|Schedule$|afetensors|Checkpoint$|^gradCheck$|^maxSoftmaxConfidence$/;
const ALL = Object.keys(softcell).filter((name) => !ALONE.test(name));

/**
 * What a program imports, and the most that it may load before it runs, in KB, kernels included: what is held, and what is
 * wanted where that is less.
 */
const BUDGETS: [program: string, imports: string, held: number, wanted?: number][] = [
  ["softmax", "init, softmax", 14],
  [
    "the softmax family, cross-entropy, argmax and sample",
    "init, softmax, softmaxBackward, logSoftmax, logSoftmaxBackward, logSumExp, logSumExpBackward, crossEntropy, argmax, sample",
    22,
    20,
  ],
  ["a streaming LSTM", "init, lstm", 27],
  ["an AudioWorklet that streams an LSTM", "initSync, lstm", 27],
  ["training an LSTM", "init, embedding, lstm, linear, crossEntropy, adam, clipGradNorm", 38.4, 36],
  ["every operation, layer and optimiser", ALL.join(", "), 62],
];

const KB = 1000;
const importing = (names: string): string => `import { ${names} } from "softcell"; console.log(${names});`;

describe("what must be loaded, gzip", () => {
  test.each(BUDGETS)("for %s", async (what, names, held, wanted = held) => {
    const size = mainOf(await programOf(importing(names)));
    console.log(`${what}: ${size} bytes, at most ${held} KB${wanted < held ? `, wanted ${wanted} KB` : ""}`);
    expect(size).toBeLessThan(held * KB);
  });

  test("for a first softmax: what it is made of", async () => {
    // the package has few files: the parts are those of the sources
    const { parts } = await programOf(importing("init, softmax").replace('"softcell"', '"./src/index.js"'));
    console.table(Object.fromEntries(Object.entries(parts).sort(([, a], [, b]) => b - a)));
    expect(Object.keys(parts).join(" ")).not.toMatch(/layers|train|losses|relaxed|strict/);
  });

  test("on demand: relaxed, and the fallback", async () => {
    const program = await programOf(importing("init, softmax"));
    const [relaxed, fallback] = chunks(program, /^relaxed/, /^js/).map((file) => loaded(program, [file]));
    console.log(`relaxed ${relaxed} bytes, fallback ${fallback} bytes`);
    expect(relaxed).toBeLessThan(32 * KB);
    expect(fallback).toBeLessThan(18 * KB);
  });
});

test("what is not used is left out", async () => {
  const [alone, softmax] = [await programOf(importing("init")), await programOf(importing("init, softmax"))];
  // nothing but init() and the kernels of its self-test
  expect(mainOf(alone)).toBeLessThan(mainOf(softmax) - 5 * KB);
  expect(mainOf(await programOf(importing("saveSafetensors")))).toBeLessThan(6 * KB);
  expect(mainOf(await programOf('import "softcell";'))).toBeLessThan(100);
});

test("initSync() loads nothing on demand", async () => {
  const { outputs, main } = await programOf(importing("initSync, softmax"));
  expect(outputs[main].imports).toEqual([]);
});
