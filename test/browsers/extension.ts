// A Manifest V3 extension: a page and a service worker.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "./launch.js";
import type { Told } from "./pages/outcome.js";
import { distOf, script, serve } from "./server.js";

/** Runs an unpacked extension in Chromium; `policy` is that of its pages, or the default one of extensions. */
export async function extension(app: string, policy?: string): Promise<{ worker: Told; page: Told }> {
  const folder = mkdtempSync(join(tmpdir(), "softcell-extension-"));
  const site = await serve(app);
  const manifest = {
    manifest_version: 3,
    name: "softcell",
    version: "1",
    host_permissions: [`${site.url}*`],
    background: { service_worker: "extension.js", type: "module" },
    ...(policy && { content_security_policy: { extension_pages: policy } }),
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "page.html"), '<!doctype html><script type="module" src="extension.js"></script>');
  writeFileSync(join(folder, "extension.js"), await script("extension", { SITE: JSON.stringify(site.url) }));
  cpSync(distOf(app), join(folder, "dist"), { recursive: true });
  const options = [`--load-extension=${folder}`, `--disable-extensions-except=${folder}`];
  const close = await open("chromium", "about:blank", options);
  try {
    return { worker: await site.sent("extension-worker"), page: await site.sent("extension-page") };
  } finally {
    await close();
    site.close();
    rmSync(folder, { recursive: true });
  }
}
