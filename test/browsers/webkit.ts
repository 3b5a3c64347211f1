// WebKitGTK through its WebDriver on a display of its own, with shared memory, which it has behind a variable.
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FILES } from "./installed.js";
import { type Close, start, stop } from "./launch.js";

const TIMEOUT = 30_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== "object" || !address) throw new Error("no port is free");
  return address.port;
}

/** A command of WebDriver; throws Error with the driver's message. */
async function command(base: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(base + path, { method, body: body && JSON.stringify(body) });
  const { value } = (await response.json()) as { value: { message?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value?.message ?? response.status}`);
  return value;
}

/** Waits until the driver answers. */
async function ready(base: string): Promise<void> {
  for (const end = Date.now() + TIMEOUT; ; await sleep(50)) {
    try {
      await command(base, "GET", "/status");
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error("WebKitWebDriver does not answer", { cause: error });
    }
  }
}

/** Opens a page; returns what closes it, the browser and the driver. */
export async function openWebKit(url: string): Promise<Close> {
  const { "xvfb-run": xvfb, WebKitWebDriver: driver, MiniBrowser: binary } = FILES.webkit;
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const shared = "JSC_useSharedArrayBuffer=1";
  const child = start("env", shared, xvfb as string, "-a", driver as string, `--port=${port}`);
  await ready(base);
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } } };
  const { sessionId } = (await command(base, "POST", "/session", { capabilities })) as { sessionId: string };
  await command(base, "POST", `/session/${sessionId}/url`, { url });
  return async () => {
    // the driver ends the browser
    await command(base, "DELETE", `/session/${sessionId}`).finally(() => stop(child));
  };
}
