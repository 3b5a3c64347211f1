// The page and the service worker of an extension: each sends what it finds. The worker opens the page; import() is
// forbidden there, so that it has the fallback as `twin`.
import { init } from "softcell";
import { twin } from "softcell/js";
import { outcome } from "./outcome.js";

/** The address of the site; as esbuild has it from ../extension.ts. */
declare const SITE: string;
declare const chrome: { tabs: { create(options: { url: string }): void } };

const isPage = typeof document === "object";
const told = isPage ? outcome() : outcome((options) => init({ ...options, twin }));
void told.then((found) => {
  void fetch(SITE + (isPage ? "extension-page" : "extension-worker"), { method: "POST", body: JSON.stringify(found) });
  if (!isPage) chrome.tabs.create({ url: "page.html" });
});
