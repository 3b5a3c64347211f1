import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { accuracy } from "../../scripts/accuracy/document.js";
import { kernels } from "../../scripts/kernels/document.js";
import { ARITY } from "../../src/contract.js";

test("docs/accuracy.md is what `npm run docs:accuracy` writes", async () => {
  expect(readFileSync(new URL("../../docs/accuracy.md", import.meta.url), "utf8")).toBe(await accuracy());
});

test("docs/kernels.md is what `npm run docs:kernels` writes, and has every kernel", () => {
  const page = readFileSync(new URL("../../docs/kernels.md", import.meta.url), "utf8");
  expect(page).toBe(kernels());
  const names = [...page.matchAll(/^ {4}(\w+)\(/gm)].map(([, name]) => name);
  // the probe of init() has no use elsewhere
  expect([...names, "probeMadd"].sort()).toEqual(Object.keys(ARITY).sort());
});
