// The programs of examples/embedding, which have the kernels without this package's JavaScript: what they print are the bits
// of the library. docs/embedding.md shows pieces of them.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { init } from "../src/full.js";

const root = new URL("../", import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));
const numbers = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => (((i + seed) * 37) % 101) / 64 - 0.78125);
const bits = (x: Float32Array) =>
  [...new Uint32Array(x.slice().buffer)].map((v) => v.toString(16).padStart(8, "0")).join(" ");

/** What the library says to the same numbers. */
async function expected(): Promise<string[]> {
  const sc = await init({ backend: "strict" });
  const [I, H] = [48, 32];
  const lstm = sc.lstm({ inputSize: I, hiddenSize: H });
  lstm.loadStateDict({
    weight_ih_l0: numbers(4 * H * I, 1),
    weight_hh_l0: numbers(4 * H * H, 2),
    bias_ih_l0: numbers(4 * H, 3),
    bias_hh_l0: numbers(4 * H, 4),
  });
  const stream = lstm.stream();
  const steps = [0, 1, 2].map((t) => `step ${t} ${bits(stream.step(numbers(I, 5 + t)))}`);
  return [`softmax ${bits(sc.softmax(numbers(10, 0), { cols: 5 }))}`, ...steps];
}

describe("examples/embedding/index.mjs", () => {
  test("prints the bits of the library", async () => {
    const program = [path("examples/embedding/index.mjs"), path("dist/strict.wasm")];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.trim().split("\n")).toEqual(await expected());
  });

  test("has every piece that the page shows", () => {
    const program = readFileSync(path("examples/embedding/index.mjs"), "utf8");
    const pieces = [...readFileSync(path("docs/embedding.md"), "utf8").matchAll(/^```js\n([\s\S]*?)^```$/gm)];
    expect(pieces.length).toBeGreaterThan(2);
    for (const [, piece] of pieces) for (const line of piece.trim().split("\n")) expect(program).toContain(line);
  });
});
