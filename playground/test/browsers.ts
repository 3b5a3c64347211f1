// One set of controls for Chromium (Playwright) and Firefox (Puppeteer, over WebDriver BiDi).
import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { FILES } from "../../test/browsers/installed.js";

export type BrowserName = "Chromium" | "Firefox";

/** The installed browsers. */
const INSTALLED: Record<BrowserName, string | undefined> = {
  Chromium: FILES.chromium.chromium,
  Firefox: FILES.firefox.firefox,
};

export const browsers = Object.keys(INSTALLED) as BrowserName[];

/** The installed browser, if there is one. */
export const fileOf = (name: BrowserName): string | undefined => INSTALLED[name];

export interface Look {
  scheme?: "light" | "dark";
  width?: number;
  height?: number;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  /** Of a function without outer variables, or of source text. */
  evaluate<T, A = undefined>(what: string | ((argument: A) => T | Promise<T>), argument?: A): Promise<T>;
  click(selector: string): Promise<void>;
  focus(selector: string): Promise<void>;
  press(key: "Tab" | "Enter" | "Space" | "ArrowRight"): Promise<void>;
  screenshot(path: string): Promise<unknown>;
  /** Addresses of all requests so far, and errors of the page. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

export interface Browser {
  open(look?: Look): Promise<Page>;
  close(): Promise<void>;
}

const CHROMIUM = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export async function launch(name: BrowserName): Promise<Browser> {
  return name === "Chromium" ? launchChromium() : launchFirefox();
}

async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: fileOf("Chromium"), args: CHROMIUM });
  return {
    async open({ scheme = "light", width = 1200, height = 900 } = {}) {
      const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height } });
      const [requests, errors]: string[][] = [[], []];
      page.on("request", (request) => requests.push(request.url()));
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      return {
        goto: (url) => page.goto(url),
        evaluate: (what, argument) => page.evaluate(what as never, argument as never),
        click: (selector) => page.click(selector),
        focus: (selector) => page.focus(selector),
        press: (key) => page.keyboard.press(key),
        screenshot: (path) => page.screenshot({ path }),
        requests,
        errors,
      };
    },
    close: () => browser.close(),
  };
}

async function launchFirefox(): Promise<Browser> {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: fileOf("Firefox"), headless: true });
  return {
    async open({ width = 1200, height = 900 } = {}) {
      const page = await browser.newPage();
      await page.setViewport({ width, height });
      const [requests, errors]: string[][] = [[], []];
      page.on("request", (request) => requests.push(request.url()));
      page.on("pageerror", (error) => errors.push((error as Error).message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      return {
        goto: (url) => page.goto(url),
        evaluate: (what, argument) => page.evaluate(what as never, argument as never),
        click: (selector) => page.click(selector),
        focus: (selector) => page.focus(selector),
        press: (key) => page.keyboard.press(key),
        screenshot: (path) => page.screenshot({ path: path as `${string}.png` }),
        requests,
        errors,
      };
    },
    close: () => browser.close(),
  };
}

/** Waits until a function of the page gives something true, and returns it. */
export async function until<T>(page: Page, what: () => T, seconds = 60): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const got = await page.evaluate(what);
    if (got) return got;
    if (Date.now() > end) throw new Error(`the page did not come to ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
