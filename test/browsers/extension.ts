// A Manifest V3 extension: a page and what runs in its background, in Chromium a service worker, in Firefox a page.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserName } from "./installed.js";
import { open } from "./launch.js";
import type { Told } from "./pages/outcome.js";
import { distOf, script, serve } from "./server.js";

const ID = "softcell@example.org";

/** Runs it; `policy` is that of its pages, or the default one of extensions. */
export async function runExtension(
  browser: BrowserName,
  app: string,
  policy?: string,
): Promise<{ background: Told; page: Told }> {
  const folder = mkdtempSync(join(tmpdir(), "softcell-extension-"));
  const site = await serve(app);
  const manifest = {
    manifest_version: 3,
    name: "softcell",
    version: "1",
    host_permissions: ["http://localhost/*"],
    background: { service_worker: "extension.js", scripts: ["extension.js"], type: "module" },
    browser_specific_settings: { gecko: { id: ID } },
    ...(policy && { content_security_policy: { extension_pages: policy } }),
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "page.html"), '<!doctype html><script type="module" src="extension.js"></script>');
  writeFileSync(join(folder, "extension.js"), await script("extension", { SITE: JSON.stringify(site.url) }));
  cpSync(distOf(app), join(folder, "dist"), { recursive: true });
  const close = await open(browser, "about:blank", { folder, id: ID });
  try {
    return { background: await site.sent("extension-background"), page: await site.sent("extension-page") };
  } finally {
    await close();
    site.close();
    rmSync(folder, { recursive: true });
  }
}
