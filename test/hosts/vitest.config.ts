import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/hosts/*.spec.ts"],
    globalSetup: "test/hosts/setup.ts",
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
