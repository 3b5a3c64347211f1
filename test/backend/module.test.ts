// init({ module: fetch(url) }): the binary as a file of its own, and what a server may send in its place.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { init, initSync, softmax } from "../../src/index.js";
import { binary } from "../support/backends.js";
import { bits } from "../support/instance.js";

const PAGE = "\n<!doctype html><title>Not what you wanted</title>";
const WASM = "application/wasm";

/** Path, status, MIME type, body. */
const FILES: Record<string, [status: number, type: string | undefined, body: string | Buffer]> = {
  "/strict.wasm": [200, WASM, binary("strict")],
  "/as-text.wasm": [200, "text/plain", binary("strict")],
  "/without-type.wasm": [200, undefined, binary("strict")],
  "/page.wasm": [200, "text/html; charset=utf-8", PAGE],
  "/page-as-wasm.wasm": [200, WASM, PAGE],
  "/missing.wasm": [404, "text/html", PAGE],
  "/missing-without-page.wasm": [404, undefined, ""],
  "/forbidden.wasm": [403, "application/json", '{"error": "forbidden"}'],
  "/wrong-status.wasm": [500, WASM, binary("strict")],
  "/empty.wasm": [200, WASM, ""],
  "/text.wasm": [200, "text/plain", "version https://git-lfs"],
  "/cut.wasm": [200, WASM, binary("strict").subarray(0, 1000)],
};

let server: Server;
let base = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, type, body] = FILES[request.url ?? ""];
    response.writeHead(status, type === undefined ? {} : { "content-type": type }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => void vi.restoreAllMocks());

const x = Float32Array.of(1, 2, 3);
const expected = bits(softmax(initSync(), x));
const url = (path: string) => `${base}${path}`;

describe("init()", () => {
  test("a promise of a response, a response, a promise of a module, of bytes", async () => {
    const streaming = vi.spyOn(WebAssembly, "compileStreaming");
    const modules = [
      fetch(url("/strict.wasm")),
      await fetch(url("/strict.wasm")),
      WebAssembly.compile(binary("strict")),
      Promise.resolve(binary("strict")),
    ];
    for (const module of modules) {
      const sc = await init({ module, backend: "strict" });
      expect([sc.backend, sc.backendReason]).toEqual(["strict", "asked for"]);
      expect(bits(softmax(sc, x))).toEqual(expected);
    }
    // it was compiled while it arrived, not from its bytes
    expect(streaming).toHaveBeenCalledTimes(2);
    for (const { value } of streaming.mock.results) expect(await value).toBeInstanceOf(WebAssembly.Module);
  });

  test.each(["/as-text.wasm", "/without-type.wasm"])("%s: a wrong MIME type is read by its bytes", async (path) => {
    const sc = await init({ module: fetch(url(path)), backend: "strict" });
    expect(bits(softmax(sc, x))).toEqual(expected);
  });

  test("an engine that cannot compile what arrives reads the bytes", async () => {
    const { compileStreaming } = WebAssembly;
    Object.assign(WebAssembly, { compileStreaming: undefined });
    try {
      const sc = await init({ module: fetch(url("/strict.wasm")), backend: "strict" });
      expect(bits(softmax(sc, x))).toEqual(expected);
    } finally {
      Object.assign(WebAssembly, { compileStreaming });
    }
  });

  test.each<[string, string]>([
    ["/page.wasm", "an HTML page (status 200)"],
    ["/page-as-wasm.wasm", "an HTML page (status 200)"],
    ["/missing.wasm", "an HTML page (status 404)"],
    ["/missing-without-page.wasm", "nothing (status 404)"],
    ["/forbidden.wasm", "application/json (status 403)"],
    ["/wrong-status.wasm", "application/wasm (status 500)"],
    ["/empty.wasm", "nothing (status 200)"],
    ["/text.wasm", "text/plain (status 200)"],
  ])("%s: the error says %s and where from, with every backend", async (path, what) => {
    for (const backend of ["auto", "strict", "js"] as const) {
      const message = `"module" expected WebAssembly, got ${what} from ${url(path)}`;
      await expect(init({ backend, module: fetch(url(path)) })).rejects.toThrow(new Error(message));
    }
  });

  test("a module that does not compile is a reason to fall back, as bytes are", async () => {
    await expect(init({ backend: "strict", module: fetch(url("/cut.wasm")) })).rejects.toThrow(
      "strict cannot run here",
    );
    const sc = await init({ module: fetch(url("/cut.wasm")) });
    expect([sc.backend, sc.backendReason.slice(0, 24)]).toEqual(["js", "strict cannot run here: "]);
  });

  test("a failing fetch is its own error", async () => {
    await expect(init({ module: fetch("http://127.0.0.1:1/strict.wasm") })).rejects.toThrow("fetch failed");
    await expect(init({ module: Promise.reject(new Error("offline")) })).rejects.toThrow("offline");
  });

  test("a response that was read already is an Error", async () => {
    const module = await fetch(url("/strict.wasm"));
    await module.arrayBuffer();
    await expect(init({ module })).rejects.toThrow(/body/i);
  });

  test.each<[string, unknown]>([
    ["a URL", new URL("http://127.0.0.1/strict.wasm")],
    ["the promise of a string", Promise.resolve("strict.wasm")],
    ["the promise of nothing", Promise.resolve()],
  ])("%s is a TypeError", async (_, module) => {
    const error = await init({ module: module as never }).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain('"module" expected a WebAssembly.Module or bytes, got');
  });
});

test("initSync() refuses what it would have to wait for", async () => {
  for (const module of [fetch(url("/strict.wasm")), await fetch(url("/strict.wasm"))]) {
    expect(() => initSync({ module: module as never })).toThrow(
      /"module" expected a WebAssembly.Module or bytes, got (Promise|Response)/,
    );
  }
});

test("without a response neither fetch nor Response is looked up", async () => {
  const looked: string[] = [];
  const own = ["Response", "fetch"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name] of own) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => void looked.push(name) });
  }
  try {
    await init();
    await init({ module: Promise.resolve(binary("strict")) });
    await init({ backend: "js" });
  } finally {
    for (const [name, descriptor] of own) Object.defineProperty(globalThis, name, descriptor as PropertyDescriptor);
  }
  expect(looked).toEqual([]);
});
