// The built page as any host of static files serves it: in a folder, without headers of its own.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};
const FOLDER = "/softcell/";
const dist = new URL("../dist/", import.meta.url);

export interface Site {
  url: string;
  close(): void;
}

export async function serve(): Promise<Site> {
  const server: Server = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname === FOLDER ? "index.html" : pathname.slice(FOLDER.length);
    try {
      if (!pathname.startsWith(FOLDER)) throw new Error("outside");
      const bytes = await readFile(new URL(path, dist));
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${FOLDER}`, close: () => server.close() };
}
