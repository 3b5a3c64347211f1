// Cloudflare Workers: compiled modules only, so the .wasm is imported as one; without it the fallback.
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { expect, inject, test } from "vitest";
import { describeHost, output, record } from "./command.js";
import { expectSame } from "./fingerprint.js";
import type { Outcome } from "./training.js";

/** As Cloudflare's own bundler does: a .wasm stays an import, of a file that is deployed beside the worker. */
const wasmApart: Plugin = {
  name: "wasm-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^softcell\/\w+\.wasm$/ }, ({ path }) => ({
      path: path.replace("softcell/", "./"),
      external: true,
    }));
  },
};

describeHost("workerd", "Cloudflare Workers", (folder) => {
  /** What a worker of this folder answers. */
  async function answer(name: string): Promise<Outcome> {
    const app = inject("app");
    const outfile = join(mkdtempSync(join(app, "worker-")), "worker.js");
    const stdin = { contents: readFileSync(join(folder, name), "utf8"), resolveDir: app };
    const { warnings } = await build({
      stdin,
      outfile,
      bundle: true,
      format: "esm",
      target: "es2022",
      plugins: [wasmApart],
    });
    expect(warnings).toEqual([]);
    return JSON.parse(
      output(process.execPath, ["serve.mjs", outfile, join(app, "node_modules/softcell/dist")], folder),
    );
  }

  test("the same bits with the .wasm as a module, and with the fallback", async () => {
    const [module, fallback] = [await answer("module.js"), await answer("fallback.js")];
    expectSame(module, "strict");
    expectSame(fallback, "js");
    expect(fallback.reason).toMatch(/^strict cannot run here: .*embedder/);
    const { version } = JSON.parse(readFileSync(join(folder, "node_modules/workerd/package.json"), "utf8"));
    const row = { host: "Cloudflare Workers (workerd)", version, ways: [] };
    record("workerd", [
      { ...row, condition: "`init({ module })`", outcome: module },
      { ...row, outcome: fallback },
    ]);
  });
});
