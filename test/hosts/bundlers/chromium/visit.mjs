// Opens pages in Chromium, and prints what they said and loaded. A page is an address, or a folder to serve under a path.
// Usage: node visit.mjs EXECUTABLE PATH=FOLDER|ADDRESS ...
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const OPTIONS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** As a host of static files does it, with nothing outside of the path. */
async function serve(path, folder) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const name = pathname === path ? "index.html" : pathname.slice(path.length);
    try {
      if (!pathname.startsWith(path)) throw new Error("outside");
      const bytes = await readFile(join(folder, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** What it said until its first line, or until its first error. */
async function visit(browser, place) {
  const [, path, folder] = place.match(/^(\/[^=]*)=(.*)/) ?? [];
  const server = path && (await serve(path, folder));
  const start = server ? `http://127.0.0.1:${server.address().port}${path}` : place;
  const page = await browser.newPage();
  const [said, complaints, files] = [[], [], []];
  const done = new Promise((resolve) => {
    const complain = (text) => {
      complaints.push(text);
      resolve();
    };
    page.on("request", (request) => files.push(request.url().replace(start, "")));
    page.on("pageerror", (error) => complain(error.message));
    page.on("console", (message) => {
      if (message.type() === "debug") return; // of Vite's client
      if (message.type() !== "log") return complain(`${message.type()}: ${message.text()} ${message.location().url}`);
      said.push(message.text());
      resolve();
    });
    setTimeout(complain, 30_000, "nothing said in 30 seconds").unref();
  });
  await page.goto(start);
  await done;
  await page.close();
  server?.close();
  return { said, complaints, files };
}

const [, , executablePath, ...places] = process.argv;
const browser = await chromium.launch({ executablePath, args: OPTIONS });
const visits = [];
for (const place of places) visits.push(await visit(browser, place));
console.log(JSON.stringify({ version: browser.version(), visits }));
await browser.close();
