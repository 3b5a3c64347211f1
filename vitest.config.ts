import { defineConfig } from "vitest/config";

// Node 20 has relaxed SIMD behind a flag
const major = Number(process.versions.node.split(".")[0]);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    pool: "forks",
    // the default leaves one core idle, of two
    maxWorkers: "100%",
    // the soak tests collect garbage before they count
    execArgv: ["--expose-gc", ...(major === 20 ? ["--experimental-wasm-relaxed-simd"] : [])],
    testTimeout: 120_000,
  },
});
