// npm run example:stress, short: its scores, its pictures, the same weights on strict and js.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { familyOf, loadCorpus } from "../../examples/stress/data.js";
import { score } from "../../examples/stress/report.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

function start(...options: string[]) {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), "examples/stress/index.ts", ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Accuracy on the held-out words and the half width of its interval, in percent. */
function heldOut(stdout: string, classifier: string): number[] {
  const line = stdout.split("\n").find((line) => line.startsWith(classifier));
  const figures = line?.match(/(\S+) % ± (\S+)$/) ?? [];
  return figures.slice(1).map(Number);
}

test("a fifth of the training is better than n-grams on words that none has seen", () => {
  const { status, stdout, stderr } = start("--steps", "400", "--words", "40000", "--backend", "strict");
  expect([status, stderr]).toEqual([0, ""]);
  const [lstm, margin] = heldOut(stdout, "bidirectional LSTM");
  const [bayes, bayesMargin] = heldOut(stdout, "naive Bayes, n-grams");
  const [frequent] = heldOut(stdout, "always the most frequent");
  const [regression] = heldOut(stdout, "softmax regression, n-grams");
  expect(lstm - margin).toBeGreaterThan(bayes + bayesMargin);
  expect(lstm - margin).toBeGreaterThan(regression);
  expect(regression).toBeGreaterThan(bayes);
  expect(bayes).toBeGreaterThan(frequent);
  expect(stdout).toMatch(/32000 words to train on, 4000 to validate, 4002 held out/);
  expect(stdout).toMatch(/step 400\/400 \| loss 0\.\d+/);
  expect(stdout).toMatch(/loss, nats a word: {3}● training {3}○ validation\n +▲/);
  const rows = stdout.match(/│ (first|second|third|fourth or later) .*%/g) ?? [];
  const counts = rows.flatMap((row) => row.match(/ \d+ /g) ?? []).map(Number);
  expect(counts).toHaveLength(16);
  expect(counts.reduce((a, b) => a + b)).toBe(4002);
});

test("the same weights and scores on strict and js", () => {
  const options = ["--steps", "4", "--words", "1000"];
  const [strict, js] = ["strict", "js"].map((backend) => start(...options, "--backend", backend).stdout);
  const results = (stdout: string) => stdout.slice(stdout.indexOf("accuracy, 95 %"));
  expect(results(strict)).toMatch(/fingerprint of the weights {2}\w{64}/);
  expect(results(js)).toBe(results(strict));
});

test("no family of words, and no word, lies in two parts", () => {
  const { train, validation, heldOut } = loadCorpus(3);
  const families = [train, validation, heldOut].map((part) => new Set(part.map(familyOf)));
  const words = [...train, ...validation, ...heldOut].map(({ spelling }) => spelling);
  expect(new Set(words).size).toBe(words.length);
  expect(new Set(families.flatMap((own) => [...own])).size).toBe(families.reduce((sum, own) => sum + own.size, 0));
});

test("the stress of words, as the dictionary has it", () => {
  const { train, validation, heldOut } = loadCorpus(1);
  const stress = new Map([...train, ...validation, ...heldOut].map((word) => [word.spelling, word.stress]));
  const expected = { photograph: 0, photography: 1, photographic: 2, characteristically: 3 };
  expect(Object.fromEntries(Object.keys(expected).map((word) => [word, stress.get(word)]))).toEqual(expected);
  // one syllable; a verb or a noun
  for (const word of ["dog", "record"]) expect(stress.has(word)).toBe(false);
});

test("the interval of an accuracy is that of families", () => {
  const words = ["alpha", "alphas", "beta", "gamma"].map((spelling) => ({ spelling, stress: 0 }));
  // residuals of the families: 2 x 1/4, 1/4, -3/4
  const margin = (1.96 * Math.sqrt(4 / 16 + 1 / 16 + 9 / 16)) / 4;
  expect(score(words, Int32Array.of(0, 0, 0, 1))).toEqual({ accuracy: 0.75, margin: expect.closeTo(margin, 12) });
});

test.each([
  [["--words", "10"], "Expected a whole number from 1000"],
  [["--backend", "gpu"], "Allowed choices are auto, strict, relaxed, js"],
  [["surplus"], "too many arguments"],
])("%s: an error and exit code 2", (options, text) => {
  const { status, stderr } = start(...options);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});
