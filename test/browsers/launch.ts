// Starts a browser without a window on a page.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserName, FILES } from "./installed.js";
import { openWebKit } from "./webkit.js";

export type Close = () => Promise<void>;

/** No sandbox, since a container has none for root; nothing of its own on the network. */
const CHROMIUM = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** No questions, no pages of its own, nothing of its own on the network; a test may take long. */
const FIREFOX = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.safebrowsing.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.max_script_run_time": 0,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "",
  "toolkit.telemetry.enabled": false,
};

/** Opens a page; returns what closes it and the browser. */
export async function open(name: BrowserName, url: string, options: readonly string[] = []): Promise<Close> {
  return { chromium: openChromium, firefox: openFirefox, webkit: openWebKit }[name](url, options);
}

async function openChromium(url: string, options: readonly string[]): Promise<Close> {
  const { chromium } = FILES.chromium;
  return withFolder((folder) => start(chromium, ...CHROMIUM, `--user-data-dir=${folder}`, ...options, url));
}

async function openFirefox(url: string): Promise<Close> {
  const { firefox } = FILES.firefox;
  return withFolder((folder) => {
    const lines = Object.entries(FIREFOX).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(folder, "user.js"), lines.join(""));
    return start(firefox, "--headless", "--no-remote", "--profile", folder, url);
  });
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
