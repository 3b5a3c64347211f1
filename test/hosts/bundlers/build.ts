// An app in a folder of its own, built by a command as its user types it.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject } from "vitest";
import { root, run } from "../command.js";
import { type Bundler, COPY } from "./table.js";

export type App = "training" | "softmax" | "entries";

const apps = join(root, "test/hosts/bundlers/apps");

/** The folder of an app, beside the installed tarball; `fixture` has the bundler. It is built without a warning. */
export function build(fixture: string, app: App, { imports = "", url }: Bundler, command: string): string {
  const folder = mkdtempSync(join(inject("app"), `${app}-`));
  mkdirSync(join(folder, "src"));
  symlinkSync(join(fixture, "node_modules"), join(folder, "node_modules"));
  copyFileSync(join(fixture, "package.json"), join(folder, "package.json"));
  copyFileSync(join(apps, "index.html"), join(folder, "index.html"));
  copyFileSync(join(apps, app, "index.js"), join(folder, "src/index.js"));
  if (app === "training") copyFileSync(join(inject("app"), "training.js"), join(folder, "src/training.js"));
  if (app === "entries") writeFileSync(join(folder, "src/url.js"), `${imports}\nexport const url = ${url};\n`);
  const [name, ...args] = command.split(" ");
  const { stdout, stderr } = run(join(folder, "node_modules/.bin", name), args, folder, { NO_COLOR: "1" });
  expect(stdout + stderr).not.toMatch(/warn|\(!\)|⚠/i);
  return folder;
}

/** The folder to deploy of an app that is built for a page. */
export function site(fixture: string, app: App, bundler: Bundler, command: string): string {
  const folder = build(fixture, app, bundler, command);
  const dist = join(folder, "dist");
  if (bundler.script) {
    const html = readFileSync(join(folder, "index.html"), "utf8").replace("src/index.js", bundler.script);
    writeFileSync(join(dist, "index.html"), html);
  }
  if (bundler.needs === COPY && app === "entries") {
    copyFileSync(join(inject("app"), "node_modules/softcell/dist/strict.wasm"), join(dist, "strict.wasm"));
  }
  return dist;
}

/** The scripts that index.html names, which a browser loads at once: their names, text, and bytes after gzip. */
export function scriptsOf(dist: string): { names: string[]; text: string; bytes: number } {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const names = [...html.matchAll(/(?:src|href)="?(?:\.?\/)?([^\s">]+\.js)/g)].map(([, name]) => name);
  const texts = names.map((name) => readFileSync(join(dist, name), "utf8"));
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
  return { names, text: texts.join(""), bytes };
}
