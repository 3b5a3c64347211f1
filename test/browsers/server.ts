// The site that hosts.spec.ts opens in a browser: pages/ and the installed package as a user's server has them, and under
// /isolated/ the same with the headers that isolate a page from other origins. A page sends back what it has found.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PAGES = fileURLToPath(new URL("pages/", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Content security policies by name: page.html?policy=forbidden. */
const POLICIES: Record<string, string> = {
  forbidden: "default-src 'self'",
  allowed: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};

/** Where the package lies in the folder that has it installed. */
export const distOf = (app: string): string => join(app, "node_modules/softcell/dist");

/** A script of pages/ as one module, beside which dist/ lies. `define`: what its global names stand for. */
export async function script(name: string, define: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${PAGES}${name}.ts`],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    define,
    plugins: [
      {
        name: "package",
        setup({ onResolve }) {
          onResolve({ filter: /^softcell\b/ }, ({ path }) => {
            return { path: `./dist/${path.slice("softcell/".length) || "index"}.js`, external: true };
          });
        },
      },
    ],
  });
  return outputFiles[0].text;
}

export interface Site {
  url: string;
  /** What a page sends under a name, once it has. */
  sent<T>(name: string): Promise<T>;
  close(): void;
}

/** Serves on a port of its own the package that is installed in `app`. */
export async function serve(app: string): Promise<Site> {
  const mail = new Mail();
  const server = createServer((request, response) => {
    answer(app, mail, request, response).catch((error) => response.writeHead(404).end(`${error}`));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, sent: <T>(name: string) => mail.of(name) as Promise<T>, close };
}

async function answer(app: string, mail: Mail, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url as string, "http://localhost");
  const [, isolated, folder, name] = /^(\/isolated)?(\/dist)?\/([\w.-]+)$/.exec(pathname) ?? [];
  // an extension sends from another origin
  response.setHeader("Access-Control-Allow-Origin", "*");
  if (request.method === "POST") {
    mail.put(name, await json(request));
    response.end();
    return;
  }
  const content = await (folder ? readFile(join(distOf(app), name)) : page(app, name));
  const policy = POLICIES[searchParams.get("policy") ?? ""];
  if (policy) response.setHeader("Content-Security-Policy", policy);
  for (const [header, value] of Object.entries(isolated ? ISOLATED : {})) response.setHeader(header, value);
  response.setHeader("Content-Type", TYPES[extname(name)]).end(content);
}

async function page(app: string, name: string): Promise<string | Buffer> {
  if (extname(name) !== ".js") return readFile(PAGES + name);
  if (name !== "quick-start.js") return script(name.slice(0, -".js".length));
  const code = await readFile(join(app, "quick-start.mjs"), "utf8");
  return code.replace('"softcell"', '"./dist/index.js"');
}

/** What pages have sent, by name. */
class Mail {
  private readonly sent = new Map<string, unknown>();
  private readonly waiting = new Map<string, (value: unknown) => void>();

  put(name: string, value: unknown): void {
    this.sent.set(name, value);
    this.waiting.get(name)?.(value);
  }

  async of(name: string): Promise<unknown> {
    return this.sent.get(name) ?? new Promise((resolve) => this.waiting.set(name, resolve));
  }
}
