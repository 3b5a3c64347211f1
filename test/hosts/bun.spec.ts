// Bun, and what an option takes from its engine.
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";
import { describeHost, output, record } from "./command.js";
import { expectSame } from "./fingerprint.js";
import { WAYS, type Way } from "./programs.js";
import { expectPromised } from "./quick-start.js";

const ways = Object.keys(WAYS) as Way[];
const [NO_RELAXED, NO_SIMD] = ["BUN_JSC_useWasmRelaxedSIMD", "BUN_JSC_useWasmSIMD"];

describeHost("bun", "Bun", (folder) => {
  const bun = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    output(join(folder, "node_modules/@oven/bun-linux-x64/bin/bun"), args, inject("app"), env);

  test.each(ways)("runs the quick start: %s", (way) => expectPromised(bun([WAYS[way]])));

  test("the same bits, and without SIMD", () => {
    const row = { host: "Bun", version: bun(["--version"]).trim() };
    const rows: Row[] = [
      { ...row, ways, outcome: JSON.parse(bun(["fingerprint.mjs"])) },
      ...[NO_RELAXED, NO_SIMD].map((name) => {
        const outcome = JSON.parse(bun(["fingerprint.mjs"], { [name]: "0" }));
        return { ...row, condition: `\`${name}=0\``, ways: [], outcome };
      }),
    ];
    rows.forEach(({ outcome }, i) => void expectSame(outcome, i === 2 ? "js" : "strict"));
    expect(rows[1].outcome.refusals.relaxed).toBeDefined();
    record("bun", rows);
  });
});
