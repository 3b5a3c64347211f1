// The page and the background of an extension: each sends what it finds. The background opens the page; where it is a
// service worker, import() is forbidden, so that it has the fallback as `fallback`.
import { init } from "softcell";
import { fallback } from "softcell/js";
import { outcome } from "./outcome.js";

/** The address of the site, as esbuild has it from ../extension.ts. */
declare const SITE: string;
declare const chrome: { tabs: { create(options: { url: string }): void } };

const isPage = location.pathname === "/page.html";
const told = isPage ? outcome() : outcome((options) => init({ ...options, fallback }));
void told.then((found) => {
  const name = isPage ? "extension-page" : "extension-background";
  void fetch(SITE + name, { method: "POST", body: JSON.stringify(found) });
  if (!isPage) chrome.tabs.create({ url: "page.html" });
});
