import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { accuracy } from "../scripts/accuracy/document.js";

test("docs/accuracy.md is what `npm run docs:accuracy` writes", async () => {
  expect(readFileSync(new URL("../docs/accuracy.md", import.meta.url), "utf8")).toBe(await accuracy());
});
