// Finds the browsers that Debian installs, and what starts them.
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

function executable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => executable(join(folder, name))).find(Boolean);
}

/** The browser of WebKitGTK lies in a folder of the machine's kind, such as /usr/lib/x86_64-linux-gnu. */
function miniBrowser(): string | undefined {
  const folders = process.platform === "linux" ? readdirSync("/usr/lib") : [];
  return folders.map((folder) => executable(`/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`)).find(Boolean);
}

export const FILES = {
  chromium: { chromium: onPath("chromium") },
  firefox: { firefox: onPath("firefox-esr") },
  webkit: {
    WebKitWebDriver: onPath("WebKitWebDriver"),
    MiniBrowser: miniBrowser(),
    "xvfb-run": onPath("xvfb-run"),
    xauth: onPath("xauth"),
  },
};
export type BrowserName = keyof typeof FILES;

export const BROWSERS = Object.keys(FILES) as BrowserName[];

/** Their packages in Debian. */
const PACKAGES: Record<BrowserName, string> = {
  chromium: "chromium",
  firefox: "firefox-esr",
  webkit: "webkit2gtk-driver xvfb xauth",
};

/** Why a browser cannot run here, or undefined. */
export function missingBrowser(name: BrowserName): string | undefined {
  const missing = Object.entries(FILES[name]).filter(([, file]) => !file);
  const names = missing.map(([what]) => what).join(", ");
  return names ? `not installed: ${names} (apt-get install --no-install-recommends ${PACKAGES[name]})` : undefined;
}

/** Its name and version, such as "Firefox", "153.7.0esr". */
export function versionOf(name: BrowserName): [name: string, version: string] {
  const { chromium } = FILES.chromium;
  const { firefox } = FILES.firefox;
  const { "xvfb-run": xvfb, MiniBrowser } = FILES.webkit;
  const commands = { chromium: [chromium], firefox: [firefox], webkit: [xvfb, "-a", MiniBrowser] };
  const [command, ...args] = commands[name] as string[];
  const { stdout } = spawnSync(command, [...args, "--version"], { encoding: "utf8" });
  const [, title, version] = stdout.match(/(\S+) (\d+\.\S+)/) ?? [];
  return [title, version];
}
