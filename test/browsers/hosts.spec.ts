// The installed package in every host that a browser has: pages with content security policies, workers, worklets, an
// extension; which backend runs there, why, and its bits.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Row } from "../../scripts/hosts/page.js";
import { record } from "../hosts/command.js";
import { expectSame } from "../hosts/fingerprint.js";
import { expectPromised } from "../hosts/quick-start.js";
import type { Outcome } from "../hosts/training.js";
import { runExtension } from "./extension.js";
import { BROWSERS, type BrowserName, missingBrowser, versionOf } from "./installed.js";
import { type Close, open } from "./launch.js";
import type { Found, Host } from "./pages/hosts.js";
import type { SharedMemory } from "./pages/memory.js";
import type { Told } from "./pages/outcome.js";
import { type Site, serve } from "./server.js";

type Expected = [takes: "strict" | "js", reason: RegExp];

const STRICT: Expected = ["strict", /^the fastest backend with the same bits everywhere$/];
const FORBIDDEN: Expected = ["js", /^strict cannot run here: .*(Content Security Policy|CSP)/s];
const FLUSHES: Expected = ["js", /^strict cannot run here: WebAssembly flushes denormal numbers to zero/];

const HOSTS: Record<Host, Expected> = {
  page: STRICT,
  "policy without `'wasm-unsafe-eval'`": FORBIDDEN,
  "policy with `'wasm-unsafe-eval'`": STRICT,
  "Web Worker": STRICT,
  "Service Worker": STRICT,
  "AudioWorklet, `initSync()`": STRICT,
  "AudioWorklet, `initSync({ module })` with bytes": STRICT,
  "AudioWorklet, `initSync({ module })` with a compiled module": STRICT,
};

function expectTold(told: Told, [takes, reason]: Expected): void {
  expect(told).not.toHaveProperty("error");
  expectSame(told as Outcome, takes);
  expect((told as Outcome).reason).toMatch(reason);
}

describe.each(BROWSERS)("%s", (browser: BrowserName) => {
  const missing = missingBrowser(browser);
  describe.skipIf(missing)(missing ? `skipped: ${missing}` : "runs it", () => {
    let site: Site;
    let close: Close;
    let [plain, isolated]: Found[] = [];
    const rows: Row[] = [];

    function add(condition: string | undefined, told: Told, ways: string[] = []): void {
      const [host, version] = versionOf(browser);
      rows.push({ host, version, condition, ways, outcome: told as Outcome });
    }

    beforeAll(async () => {
      site = await serve(inject("app"));
      close = await open(browser, `${site.url}index.html`);
      [plain, isolated] = [await site.sent("found"), await site.sent("isolated-found")];
    });

    afterAll(async () => {
      await close?.();
      site?.close();
    });

    test("the README's quick start", () => {
      for (const { quickStart } of [plain, isolated]) expectPromised((quickStart as string[]).join("\n"));
    });

    test.each(Object.entries(HOSTS) as [Host, Expected][])("%s, isolated or not", (name, expected) => {
      // its worklets flush denormals, where JavaScript does not
      const flushes = browser === "firefox" && name.startsWith("AudioWorklet");
      for (const { hosts } of [plain, isolated]) expectTold(hosts[name], flushes ? FLUSHES : expected);
      if (name === "page") {
        add(undefined, plain.hosts[name], ["ESM"]);
        add("page isolated from other origins", isolated.hosts[name], ["ESM"]);
      } else add(name, plain.hosts[name]);
    });

    test("arrays on shared memory", () => {
      expect([plain.isolated, isolated.isolated]).toEqual([false, true]);
      // WebKitGTK does not ask whether a page is isolated
      const allowed = [plain, isolated].map(({ memory }) => (memory as SharedMemory).allowed);
      expect(allowed).toEqual([browser === "webkit", true]);
      for (const { memory } of [plain, isolated]) {
        const { own, shared } = memory as SharedMemory;
        expect(own).toHaveLength(4);
        expect(shared).toEqual(own);
      }
    });

    if (browser !== "webkit") {
      test.each<[string, string | undefined, Expected]>([
        ["without `'wasm-unsafe-eval'`", undefined, FORBIDDEN],
        ["with `'wasm-unsafe-eval'`", "script-src 'self' 'wasm-unsafe-eval'", STRICT],
      ])("an extension of Manifest V3 %s", async (condition, policy, expected) => {
        const { page, background } = await runExtension(browser, inject("app"), policy);
        for (const told of [page, background]) expectTold(told, expected);
        add(`extension page ${condition}`, page);
        add(`extension background ${condition}`, background);
      });
    }

    test("is written down for docs/hosts.md", () => record(browser, rows));
  });
});
