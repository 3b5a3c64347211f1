// docs/hosts.md is that of the recorded runs, and every run had the same bits.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { page, readRows } from "../../scripts/hosts/page.js";
import { FINGERPRINT } from "../hosts/fingerprint.js";

const rows = readRows();

test("docs/hosts.md is what `npm run docs:hosts` writes", () => {
  expect(readFileSync(new URL("../../docs/hosts.md", import.meta.url), "utf8")).toBe(page(rows));
});

test("the fallback of every host has the recorded fingerprint, and strict where it runs", () => {
  expect(rows.length).toBeGreaterThan(5);
  for (const { host, outcome } of rows) {
    const { strict = FINGERPRINT, js } = outcome.fingerprints;
    expect({ host, strict, js }).toEqual({ host, strict: FINGERPRINT, js: FINGERPRINT });
  }
});

test("a host with other bits shows on the page", () => {
  const [row] = rows;
  const other = {
    ...row,
    outcome: { ...row.outcome, fingerprints: { ...row.outcome.fingerprints, js: "0000000000000000" } },
  };
  expect(page(rows)).toContain("the same everywhere");
  expect(page([...rows, other])).toContain("NOT the same everywhere");
});
