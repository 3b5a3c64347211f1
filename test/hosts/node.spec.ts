// Every Node from 20, and what an option takes from it.
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";
import { describeHost, output, record } from "./command.js";
import { expectSame } from "./fingerprint.js";
import { WAYS, type Way } from "./programs.js";
import { expectPromised } from "./quick-start.js";
import type { Outcome } from "./training.js";

const MAJORS = [20, 22, 24, 26];
const [RELAXED, NO_SIMD, NO_WASM] = ["--experimental-wasm-relaxed-simd", "--no-enable-sse4-1", "--jitless"];
/** Types are stripped from Node 22.18 on. */
const waysOf = (major: number) => (Object.keys(WAYS) as Way[]).filter((way) => way !== "TypeScript" || major > 20);

describeHost("node", "Node", (folder) => {
  const node = (major: number, ...args: string[]) =>
    output(join(folder, `node_modules/node${major}/bin/node`), args, inject("app"));
  const fingerprint = (major: number, ...options: string[]): Outcome =>
    JSON.parse(node(major, ...options, "fingerprint.mjs"));

  test.each(MAJORS.flatMap((major) => waysOf(major).map((way) => [major, way] as const)))(
    "%i runs the quick start: %s",
    (major, way) => expectPromised(node(major, WAYS[way])),
  );

  test("the same bits in all, and without SIMD, and without WebAssembly", () => {
    const rows = MAJORS.flatMap((major): Row[] => {
      const version = node(major, "-p", "process.versions.node").trim();
      const row = { host: "Node", version, ways: waysOf(major) };
      const conditions = major === 20 ? [RELAXED, NO_SIMD, NO_WASM] : [NO_SIMD, NO_WASM];
      return [
        { ...row, outcome: fingerprint(major) },
        ...conditions.map((condition) => {
          return { ...row, condition: `\`${condition}\``, ways: [], outcome: fingerprint(major, condition) };
        }),
      ];
    });
    for (const { condition = "", outcome } of rows) {
      expectSame(outcome, condition.includes(NO_SIMD) || condition.includes(NO_WASM) ? "js" : "strict");
    }
    const relaxed = rows.filter(({ outcome }) => outcome.fingerprints.relaxed);
    expect(relaxed.map(({ version }) => Number.parseInt(version, 10))).toEqual(MAJORS);
    record("node", rows);
  });
});
