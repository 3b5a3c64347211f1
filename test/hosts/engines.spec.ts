// Engines without WebAssembly: one script, as such engines embed it. Hermes 0.12 has no classes, hence ES5.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, inject, test } from "vitest";
import { describeHost, output, record } from "./command.js";
import { expectSame } from "./fingerprint.js";
import type { Outcome } from "./training.js";

const PROGRAM = `
import * as softcell from "softcell";
import { train } from "./training.js";
const tell = (outcome) => { print(JSON.stringify(outcome)); };
train(softcell).then(tell, (error) => tell({ error: error.message + error.stack }));
`;

describe.each([
  ["QuickJS", "quickjs", "quickjs-emscripten", undefined],
  ["Hermes", "hermes", "hermes-engine-cli", "after Babel, with `Array.prototype.at` added"],
])("%s", (title, name, from, condition) => {
  describeHost(name, `${title} of ${from}`, (folder) => {
    test("the same bits by the fallback", async () => {
      const app = inject("app");
      const outfile = join(app, `${name}.js`);
      const stdin = { contents: PROGRAM, resolveDir: app };
      const { warnings } = await build({ stdin, outfile, bundle: true, format: "iife", target: "es2020" });
      expect(warnings).toEqual([]);
      const outcome: Outcome & { error?: string } = JSON.parse(output(process.execPath, ["run.mjs", outfile], folder));
      expect(outcome.error).toBeUndefined();
      expectSame(outcome, "js");
      expect(outcome.reason).toMatch(/^strict cannot run here: .*WebAssembly/);
      const { version } = JSON.parse(readFileSync(join(folder, `node_modules/${from}/package.json`), "utf8"));
      record(name, [{ host: `${title} (${from})`, version, condition, ways: [], outcome }]);
    });
  });
});
