// What `npm start` runs, short: the same weights on strict and js, and what wrong options do.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSafetensors } from "softcell";
import { afterAll, expect, test } from "vitest";
import { FINGERPRINT } from "../../examples/dinosaurs/fingerprint.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "softcell-"));
afterAll(() => rmSync(folder, { recursive: true }));

function start(...options: string[]) {
  const command = [join(root, "node_modules/tsx/dist/cli.mjs"), "examples/dinosaurs/index.ts", ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr, fingerprint: stdout.match(/fingerprint of the weights {2}(\w{64})/)?.[1] };
}

test.each([
  ["a small layer", "20"],
  ["a large layer", "40"],
])("%s trains to the same weights on strict and js", (_, hidden) => {
  const options = ["--steps", "6", "--hidden", hidden, "--names", "2", "--no-compare"];
  const [strict, js] = ["strict", "js"].map((backend) => start(...options, "--backend", backend));
  expect(strict.stderr).toBe("");
  expect(strict.stdout).toMatch(/step 6\/6 \| loss \d\.\d+ \| \d+ names\/s/);
  expect(strict.stdout).toMatch(/held-out loss {2}\d\.\d+ nats a character; bigram model 2\.1\d+/);
  expect(strict.stdout).toMatch(/nats a character: {3}● training\n[\s\S]+3\.\d+┤ *●/);
  expect(strict.stdout).toMatch(
    /safetensors {4}\d+ bytes; loaded from them and streaming: the same bits in \d+ logits/,
  );
  expect(strict.fingerprint).toHaveLength(64);
  expect(js.fingerprint).toBe(strict.fingerprint);
});

// js takes minutes for it: npm start -- --backend js --no-compare
test("the default run ends with the recorded weights", () => {
  const { stdout, stderr, fingerprint } = start("--backend", "strict", "--no-compare");
  expect([fingerprint, stderr]).toEqual([FINGERPRINT, ""]);
  expect(stdout).toContain("as recorded");
});

test("saved weights load again", () => {
  const file = join(folder, "weights.safetensors");
  const options = ["--hidden", "8", "--names", "0", "--no-compare"];
  const saved = start(...options, "--steps", "2", "--save", file);
  const weights = loadSafetensors(readFileSync(file));
  expect(Object.entries(weights).map(([name, { shape }]) => [name, shape])).toEqual([
    ["embedding.weight", [27, 32]],
    ["linear.bias", [27]],
    ["linear.weight", [27, 8]],
    ["lstm.bias_hh_l0", [32]],
    ["lstm.bias_ih_l0", [32]],
    ["lstm.weight_hh_l0", [32, 8]],
    ["lstm.weight_ih_l0", [32, 32]],
  ]);
  const loaded = start(...options, "--steps", "0", "--load", file);
  expect(loaded.fingerprint).toBe(saved.fingerprint);
  const other = start("--hidden", "9", "--steps", "0", "--names", "0", "--no-compare", "--load", file);
  expect([other.status, other.stderr]).toEqual([2, expect.stringContaining("expected shape [36,32], got [32,32]")]);
});

test.each([
  [["--steps", "x"], "Expected a whole number"],
  [["--steps", "-1"], "Expected a whole number"],
  [["--backend", "gpu"], "Allowed choices are auto, strict, relaxed, js"],
  [["--temperature", "0"], "Expected a number"],
  [["--bogus"], "unknown option"],
  [["surplus"], "too many arguments"],
  [["--load", join(folder, "missing.safetensors")], "expected a file of weights"],
])("%s: an error and exit code 2", (options, text) => {
  const { status, stderr } = start(...options);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});

test("a file that holds no weights", () => {
  const file = join(folder, "broken.safetensors");
  writeFileSync(file, "{]");
  expect(start("--load", file)).toMatchObject({ status: 2, stderr: expect.stringContaining("broken.safetensors") });
});

test("--help lists the options", () => {
  const { status, stdout } = start("--help");
  expect(status).toBe(0);
  for (const option of ["steps", "hidden", "seed", "backend", "temperature", "names", "save", "load"]) {
    expect(stdout).toContain(`--${option}`);
  }
});
