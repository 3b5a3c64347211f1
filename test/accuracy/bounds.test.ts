// The comments with the error bounds: read, written, and refused where they have no meaning.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBounds, worstLines } from "../support/bounds.js";

function folder(text: string): string {
  const path = mkdtempSync(join(tmpdir(), "bounds-"));
  writeFileSync(join(path, "exp.ts"), `// a header\n${text}\nexport {};\n`);
  return path;
}

const ONE = { ulp: "0.9", at: "0x00000001", got: "1e-45", want: "1.4e-45", correct: "99.500000" };
const TWO = { ...ONE, ulp: "1.01" };

test.each([
  ["one for both", { strict: ONE, relaxed: ONE }, 1],
  ["one for each", { strict: ONE, relaxed: TWO }, 2],
])("what is written is read, %s", (_, worst, lines) => {
  const text = worstLines("exp", worst);
  expect(text).toHaveLength(lines);
  const bounds = readBounds(folder(["// Bound of exp: strict <= 1.00 ULP, relaxed <= 1.05 ULP", ...text].join("\n")));
  expect([...bounds]).toEqual([["exp", { file: "exp.ts", bound: { strict: 1, relaxed: 1.05 }, hard: 1.05, worst }]]);
});

test("a bound without a backend is one for both", () => {
  expect(readBounds(folder("// Bound of silu: <= 0.501 ULP")).get("silu")?.bound).toEqual({
    strict: 0.501,
    relaxed: 0.501,
  });
});

test("hard rows may have a bound of their own", () => {
  const bounds = readBounds(folder("// Bound of exp: <= 2.5 ULP; of hard rows <= 4 ULP"));
  expect(bounds.get("exp")).toMatchObject({ bound: { strict: 2.5, relaxed: 2.5 }, hard: 4 });
});

test.each([
  ["a bound without a number", "// Bound of exp: small"],
  ["a worst case without a bound", worstLines("exp", { strict: ONE, relaxed: ONE })[0]],
  ["a worst case that is cut off", "// Bound of exp: <= 1 ULP\n// Worst of exp: 0.9 ULP at 0x1"],
])("refuses %s", (_, text) => {
  expect(() => readBounds(folder(text))).toThrow("without a meaning");
});

test("refuses a second bound", () => {
  expect(() => readBounds(folder("// Bound of exp: <= 1 ULP\n// Bound of exp: <= 2 ULP"))).toThrow(
    "second bound of exp",
  );
});
