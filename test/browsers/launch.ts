// Starts a browser without a window on a page.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { type BrowserName, FILES } from "./installed.js";
import { openWebKit } from "./webkit.js";

export type Close = () => Promise<void>;

/** No sandbox, since a container has none for root; nothing of its own on the network. */
const CHROMIUM = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** No questions, no pages of its own, nothing of its own on the network; a test may take long; an extension of a test may run. */
const FIREFOX = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.safebrowsing.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.max_script_run_time": 0,
  "extensions.autoDisableScopes": 0,
  "extensions.originControls.grantByDefault": true,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "",
  "toolkit.telemetry.enabled": false,
  "xpinstall.signatures.required": false,
};

/** An extension as an unpacked folder, and its ID in Firefox. */
export interface Extension {
  folder: string;
  id: string;
}

/** Opens a page; returns what closes it and the browser. WebKitGTK has no such extensions. */
export async function open(name: BrowserName, url: string, extension?: Extension): Promise<Close> {
  return { chromium: openChromium, firefox: openFirefox, webkit: openWebKit }[name](url, extension);
}

async function openChromium(url: string, extension?: Extension): Promise<Close> {
  const { chromium } = FILES.chromium;
  const names = ["--load-extension", "--disable-extensions-except"];
  const load = extension ? names.map((option) => `${option}=${extension.folder}`) : [];
  return withFolder((folder) => start(chromium, ...CHROMIUM, ...load, `--user-data-dir=${folder}`, url));
}

async function openFirefox(url: string, extension?: Extension): Promise<Close> {
  const { firefox } = FILES.firefox;
  return withFolder((folder) => {
    const lines = Object.entries(FIREFOX).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(folder, "user.js"), lines.join(""));
    if (extension) {
      mkdirSync(join(folder, "extensions"));
      writeFileSync(join(folder, `extensions/${extension.id}.xpi`), zipped(extension.folder));
    }
    return start(firefox, "--headless", "--no-remote", "--profile", folder, url);
  });
}

/** The files of a folder in one archive. */
function zipped(folder: string): Uint8Array {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = entries.filter((name) => statSync(join(folder, name)).isFile());
  return zipSync(Object.fromEntries(files.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])));
}

/** A browser with a folder of its own, which is deleted after it. */
function withFolder(run: (folder: string) => ChildProcess): Close {
  const folder = mkdtempSync(join(tmpdir(), "softcell-browser-"));
  const child = run(folder);
  return async () => {
    await stop(child);
    // its last processes may still write
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

/** Starts a command in a process group of its own, since what it starts does not end with it. */
export function start(command: string | undefined, ...args: string[]): ChildProcess {
  const child = spawn(command as string, args, { detached: true, stdio: "ignore" });
  process.once("exit", () => kill(child));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  kill(child);
  await ended;
}

function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}
