// An app in a folder of its own, built by a command as its user types it.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject } from "vitest";
import { inherited, root, run } from "../command.js";
import { type Bundler, COPY } from "./table.js";

export type App = "training" | "softmax" | "entries";

const apps = join(root, "test/hosts/bundlers/apps");

/** The folder of an app, beside the installed tarball; `fixture` has the bundler. */
export function sources(fixture: string, app: App, { imports = "", url }: Bundler): string {
  const folder = mkdtempSync(join(inject("app"), `${app}-`));
  mkdirSync(join(folder, "src"));
  // a folder of links, in which a bundler may put its caches
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(join(fixture, "node_modules"))) {
    symlinkSync(join(fixture, "node_modules", name), join(folder, "node_modules", name));
  }
  copyFileSync(join(fixture, "package.json"), join(folder, "package.json"));
  copyFileSync(join(apps, "index.html"), join(folder, "index.html"));
  copyFileSync(join(apps, app, "index.js"), join(folder, "src/index.js"));
  if (app === "training") copyFileSync(join(inject("app"), "training.js"), join(folder, "src/training.js"));
  if (app === "entries") writeFileSync(join(folder, "src/url.js"), `${imports}\nexport const url = ${url};\n`);
  return folder;
}

/** The folder after a command of the bundler, which warns of nothing. */
export function build(fixture: string, app: App, bundler: Bundler, command: string): string {
  const folder = sources(fixture, app, bundler);
  const [name, ...args] = command.split(" ");
  const { stdout, stderr } = run(join(folder, "node_modules/.bin", name), args, folder, { NO_COLOR: "1" });
  expect(stdout + stderr).not.toMatch(/warn|\(!\)|⚠/i);
  return folder;
}

/** A server of the sources of the training run. */
export async function develop(fixture: string, bundler: Bundler, command: string) {
  const folder = sources(fixture, "training", bundler);
  const [name, ...args] = command.split(" ");
  const server = spawn(join(folder, "node_modules/.bin", name), args, {
    cwd: folder,
    env: { ...inherited(), NO_COLOR: "1" },
  });
  let printed = "";
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout.on("data", (text) => {
      printed += text;
      const [found] = printed.match(/http:\S+/) ?? [];
      if (found) resolve(found);
    });
    server.on("exit", () => reject(new Error(`${command}: ${printed}`)));
  });
  return { address, stop: () => void server.kill() };
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
