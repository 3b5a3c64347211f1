// npm run test:browsers: in each browser the tests of the kernels and the golden cases run as they do in Node; and the
// packed and installed package in what else a browser has.
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BROWSERS, missingBrowser } from "./installed.js";
import { provider } from "./provider.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const instances = BROWSERS.filter((name) => !missingBrowser(name)).map((browser) => ({ browser, name: browser }));

const inBrowsers: TestProjectInlineConfiguration = {
  // there files are fetched
  resolve: { alias: [{ find: /^\.\/binaries\.js$/, replacement: `${root}test/browsers/binaries.ts` }] },
  define: { "process.env": "{}" },
  test: {
    name: "kernels",
    root,
    globalSetup: ["test/browsers/node.ts"],
    include: ["test/kernels/*.test.ts", "test/properties/kernels.test.ts", "test/browsers/bits.spec.ts"],
    testTimeout: 120_000,
    browser: { enabled: true, headless: true, provider, instances, screenshotFailures: false },
  },
};

const inNode: TestProjectInlineConfiguration = {
  test: {
    name: "hosts",
    root,
    globalSetup: ["test/hosts/setup.ts"],
    include: ["test/browsers/{hosts,missing}.spec.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
};

export default defineConfig({ test: { root, projects: [...(instances.length ? [inBrowsers] : []), inNode] } });
