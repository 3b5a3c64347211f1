// The kernels in C++, as docs/embedding.md has it: C of the module, compiled and linked.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { expected } from "../embedding.js";
import { describeHost, output, root } from "./command.js";

/** Why it cannot be compiled. */
function missing(): string | undefined {
  const input = "#include <simde/wasm/simd128.h>\n";
  const { error, status } = spawnSync("c++", ["-xc++", "-fsyntax-only", "-"], { input });
  if (error) return "no C++ compiler";
  return status === 0 ? undefined : "no SIMDe (Debian: libsimde-dev)";
}

describeHost("cpp", "C++", (packages) => {
  const reason = missing();
  if (reason && process.env.CI) throw new Error(`C++: ${reason}`);
  describe.skipIf(reason)(reason ? `skipped: ${reason}` : "with SIMDe", () => {
    const folder = mkdtempSync(join(tmpdir(), "softcell-cpp-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const source = join(root, "examples/embedding/cpp");
    const compile = (compiler: string, ...args: string[]) => output(compiler, ["-O2", "-I", source, ...args], folder);

    test("prints the bits of the library", async () => {
      const wasm2c = join(packages, "node_modules/wabt/bin/wasm2c");
      output(process.execPath, [wasm2c, join(root, "dist/strict.wasm"), "-n", "softcell", "-o", "softcell.c"], folder);
      compile("cc", "-ffp-contract=off", "-c", "softcell.c");
      compile("c++", "-std=c++17", "-Wall", "-I.", join(source, "main.cpp"), "softcell.o", "-o", "embedding");
      expect(output(join(folder, "embedding"), [], folder).trim().split("\n")).toEqual(await expected());
    });
  });
});
