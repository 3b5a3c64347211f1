// The kernels without this package's JavaScript: what the programs of examples/embedding print are the bits of the library,
// and docs/embedding.md has the sizes that they need. test/hosts/cpp.spec.ts runs the program in C++.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { expected, numbers, streamed } from "../support/embedding.js";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), "utf8");
const page = read("docs/embedding.md");

test("examples/embedding/index.mjs prints the bits of the library", async () => {
  const program = [path("examples/embedding/index.mjs"), path("dist/strict.wasm")];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual(await expected());
});

test.each([
  ["js", "index.mjs", 4],
  ["cpp", "cpp/main.cpp", 2],
] as const)("the pieces in %s on the page are of the program", (language, file, pieces) => {
  const linesOf = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.trim());
  const program = linesOf(read(`examples/embedding/${file}`));
  const shown = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, code]) => code,
  );
  expect(shown.length).toBe(pieces);
  expect(shown.flatMap(linesOf).filter((line) => !program.includes(line))).toEqual([]);
});

/** The sizes of the page's table in bytes, by the name of the array. */
function sizes(I: number, H: number, B: number): Record<string, number> {
  const rows = page.matchAll(/^\| ([\w, ]+) \| (\d[^|]*) \|$/gm);
  const Hp = 4 * Math.ceil(H / 4);
  return Object.fromEntries(
    [...rows].flatMap(([, names, cell]) => {
      const values = cell.split(",").map((text) => {
        const code = text.trim().replace(/(?<=[\w)]) (?=[\w(])/g, "*");
        return new Function("I", "H", "B", "Hp", `return ${code}`)(I, H, B, Hp);
      });
      return names.split(", ").map((name, i) => [name, values[i]]);
    }),
  );
}

describe("the sizes of the page", () => {
  test.each([
    [48, 32, 1],
    [61, 5, 3],
    [5, 3, 1],
    [40, 24, 2],
    [1, 1, 3],
  ])("suffice for %i inputs, %i units, a batch of %i", async (I, H, B) => {
    const memory = new WebAssembly.Memory({ initial: 8 });
    const module = new WebAssembly.Module(readFileSync(path("dist/strict.wasm")));
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
      string,
      (...a: number[]) => void
    >;
    const bytes = new Uint8Array(memory.buffer);
    // the arrays, each at its end beside bytes that must stay
    const FENCE = 64;
    let free = 4096 + FENCE;
    const at: Record<string, number> = {};
    const ends: number[] = [];
    for (const [name, size] of Object.entries(sizes(I, H, B))) {
      at[name] = free;
      ends.push(free + size);
      free += Math.ceil(size / 64) * 64 + FENCE;
      bytes.fill(0xa5, ends[ends.length - 1], free);
    }
    const put = (name: string, values: Float32Array) =>
      new Float32Array(memory.buffer, at[name], values.length).set(values);
    put("wih", numbers(4 * H * I, 1));
    put("whh", numbers(4 * H * H, 2));
    put("bih", numbers(4 * H, 3));
    put("bhh", numbers(4 * H, 4));
    kernels.lstmPack(at.w, at.bias, at.wih, at.whh, at.bih, at.bhh, I, H, H);
    const wanted = await streamed(I, H, B);
    wanted.forEach((y, t) => {
      put("frame", numbers(B * I, 5 + t));
      const { h, c, gates, tanhC, frame, w, bias, scratch } = at;
      kernels.lstmForward(at.y, h, c, gates, tanhC, frame, w, bias, 0, 0, 1, B, I, H, 0, H, B, 0, scratch);
      expect(new Uint32Array(memory.buffer.slice(at.y, at.y + 4 * B * H))).toEqual(new Uint32Array(y.buffer));
    });
    for (const end of ends) expect(bytes.subarray(end, end + FENCE).every((byte) => byte === 0xa5)).toBe(true);
  });
});
