// The types of the package: what a user has to set so that they compile.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "softcell-types-"));
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const installed = join(folder, "node_modules/softcell");

/** What the compiler finds wrong. */
function tsc(...options: string[]): string {
  const command = [join(root, "node_modules/typescript/bin/tsc"), ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

const USER = `
import { crossEntropy, type Floats, init, initSync, lstm, softmax, type Tensor, tensor } from "softcell";
import { fallback } from "softcell/js";
const sc = initSync({ backend: "js", fallback });
const x: Tensor = tensor(sc, [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
const y: Floats = softmax(sc, x);
const { loss } = crossEntropy(sc, x, Int32Array.of(0, 2), { reduction: "none" });
export const results: [Float32Array, Floats] = [loss, y];
export const later = init({ module: new Uint8Array(8) });
export const streamed = init({ module: Promise.resolve(new Uint8Array(8)) });
lstm(sc, { inputSize: 3, hiddenSize: 2 }).stream().dispose();
sc.dispose();
// @ts-expect-error
softmax(sc, "1, 2");
// @ts-expect-error
softmax({}, x);
`;

beforeAll(() => {
  mkdirSync(installed, { recursive: true });
  expect(
    tsc("-p", join(root, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", join(installed, "dist")),
  ).toBe("");
  writeFileSync(join(installed, "package.json"), JSON.stringify({ type: "module", exports }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "user.ts"), USER);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["es2022 alone", "es2022"],
  ["es2022 in a browser", "es2022,dom"],
])(
  "compile with lib %s, libraries checked",
  (_, lib) => {
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      lib,
      "--types",
      "",
      "--skipLibCheck",
      "false",
    ];
    expect(tsc(...options, "--module", "nodenext", "user.ts")).toBe("");
  },
  60_000,
);
