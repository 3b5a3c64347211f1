// The kernels in C++, as docs/embedding.md has it: C of the module, compiled and linked.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { expected } from "../support/embedding.js";
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

    test("the commands of the page print the bits of the library", async () => {
      cpSync(join(root, "examples/embedding/cpp"), folder, { recursive: true });
      const page = readFileSync(join(root, "docs/embedding.md"), "utf8");
      const script = (page.match(/^```sh\n([\s\S]*?)^```$/m)?.[1] ?? "")
        .replace("npx -p wabt wasm2c", `"${process.execPath}" "${join(packages, "node_modules/wabt/bin/wasm2c")}"`)
        .replace("node_modules/softcell/dist", join(root, "dist"));
      const printed = output("sh", ["-e", "-c", script], folder);
      expect(printed.trim().split("\n")).toEqual(await expected());
    });
  });
});
