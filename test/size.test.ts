// What a page has to load, bundled and minified as users do it, gzip -9 of each file; and that what is not used is left
// out. Of the built package: npm run build.
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Bundle, bundle } from "../bench/bundle.js";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Program extends Bundle {
  main: string;
  /** Bytes of each source file in the main one, before gzip. */
  parts: Record<string, number>;
}

async function programOf(code: string): Promise<Program> {
  const contents = code.replace(/"softcell(?:\/(\w+))?"/g, '"./dist/$1"').replace('dist/"', 'dist/index"');
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

const SOFTMAX = `
  import { crossEntropy, init, softmax } from "softcell";
  const sc = await init();
  const x = Float32Array.of(1, 2, 3);
  console.log(softmax(sc, x), crossEntropy(sc, x, Int32Array.of(1)).loss);`;
const LSTM = `
  import { init, lstm } from "softcell";
  const stream = lstm(await init(), { inputSize: 3, hiddenSize: 4 }).stream();`;
const TRAINING = `
  import { adam, clipGradNorm, embedding, init, linear, lstm } from "softcell";
  console.log(init, adam, clipGradNorm, embedding, linear, lstm);`;

const KB = 1000;

describe("what must be loaded, gzip", () => {
  test("for softmax and cross-entropy: at most 19.65 KB, strict in it", async () => {
    const softmax = await programOf(SOFTMAX);
    console.log(`softmax and cross-entropy, ${mainOf(softmax)} bytes after gzip, before:`);
    // the package has few files: the parts are those of the sources
    const { parts } = await programOf(SOFTMAX.replace('"softcell"', '"./src/index.js"'));
    console.table(Object.fromEntries(Object.entries(parts).sort(([, a], [, b]) => b - a)));
    expect(mainOf(softmax)).toBeLessThan(19.65 * KB);
    expect(loaded(softmax, chunks(softmax, /^rows-relaxed/))).toBeLessThan(8 * KB);
    expect(loaded(softmax, chunks(softmax, /^js-rows/, /^js-backend/))).toBeLessThan(8 * KB);
  });

  test("for an LSTM: at most 42.5 KB, and relaxed or the twin of layers beside it", async () => {
    const [lstm, training] = [await programOf(LSTM), await programOf(TRAINING)];
    console.log(`LSTM ${mainOf(lstm)} bytes, training ${mainOf(training)} bytes`);
    expect(mainOf(lstm)).toBeLessThan(42.5 * KB);
    expect(mainOf(training)).toBeLessThan(45 * KB);
    expect(loaded(lstm, chunks(lstm, /^layers-relaxed/))).toBeLessThan(12.3 * KB);
    expect(loaded(lstm, chunks(lstm, /^js-layers/))).toBeLessThan(12 * KB);
  });

  test("for softcell/full: at most 66 KB", async () => {
    const everything = await programOf('export { init } from "softcell/full";');
    console.log(`softcell/full ${mainOf(everything)} bytes`);
    expect(mainOf(everything)).toBeLessThan(66 * KB);
  });
});

test("what is not used is left out", async () => {
  const sources = (own: Program) => Object.keys(own.parts).join(" ");
  const [alone, lstm] = [await programOf('export { init } from "softcell";'), await programOf(LSTM)];
  expect(mainOf(alone)).toBeLessThan(0.55 * mainOf(lstm));
  // no class of a layer, and not the kernels of layers, 31,000 letters
  expect(alone.outputs[alone.main].bytes).toBeLessThan(70_000);
  expect(lstm.outputs[lstm.main].bytes - alone.outputs[alone.main].bytes).toBeGreaterThan(60_000);
  expect(sources(alone)).not.toContain("full");
  const linear = await programOf('export { init, linear } from "softcell";');
  expect(mainOf(linear)).toBeLessThan(mainOf(lstm) - 6 * KB);
  const files = await programOf('export { saveSafetensors } from "softcell";');
  expect(mainOf(files)).toBeLessThan(5 * KB);
  expect(mainOf(await programOf('import "softcell";'))).toBeLessThan(100);
});
