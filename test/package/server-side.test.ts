// An import touches no global of a browser, of Node or of anything else: servers render pages whose code imports softcell.
// Of the built package: npm run build.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = new URL("../../dist/", import.meta.url);

/** Everything but the language's own objects, which are frozen, throws when it is read or written. */
const GUARD = `
import vm from "node:vm";
const own = new Set(vm.runInNewContext("Object.getOwnPropertyNames(globalThis)"));
for (const name of ["WebAssembly", "SharedArrayBuffer", "FinalizationRegistry", "WeakRef", "Intl", "console"]) own.delete(name);
const print = console.log;
const browser = ["window", "document", "self", "location", "localStorage", "importScripts", "AudioWorkletGlobalScope", "Deno", "Bun"];
const forbidden = [...Object.getOwnPropertyNames(globalThis), ...browser].filter((name) => !own.has(name));
// Node 24 loads modules of its own, which touch others, when some of these are described
for (const name of forbidden) Object.getOwnPropertyDescriptor(globalThis, name);
const touched = new Set();
for (const name of forbidden) {
  const touch = () => {
    touched.add(name);
    throw new Error("touched " + name);
  };
  Object.defineProperty(globalThis, name, { get: touch, set: touch });
}
own.delete("globalThis");
for (const name of own) {
  const value = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
  if (typeof value === "function" || typeof value === "object") for (const part of [value, value.prototype]) Object.freeze(part);
}
const before = Reflect.ownKeys(globalThis).length;
let error;
try {
  await import(MODULE);
} catch (thrown) {
  error = thrown.message;
}
print(JSON.stringify({ error, touched: [...touched], added: Reflect.ownKeys(globalThis).length - before, forbidden: forbidden.length }));
`;

function importOf(specifier: string) {
  const code = GUARD.replace("MODULE", JSON.stringify(specifier));
  const options = { encoding: "utf8", cwd: fileURLToPath(dist) } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], options);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

test.each(["index.js", "js.js"])("%s", (name) => {
  const { forbidden, ...result } = importOf(new URL(name, dist).href);
  expect(result).toEqual({ touched: [], added: 0 });
  expect(forbidden).toBeGreaterThan(60);
});

test.each([
  ["typeof window;", "window"],
  ["new TextDecoder();", "TextDecoder"],
  ["globalThis.process?.versions;", "process"],
  ["if (typeof WebAssembly === 'object') globalThis.none = 0;", "WebAssembly"],
])("is found: %s", (code, name) => {
  const { error, touched } = importOf(`data:text/javascript,${encodeURIComponent(code)}`);
  expect({ error, touched }).toEqual({ error: `touched ${name}`, touched: [name] });
});

test.each(["Object.hasOwn = Object.hasOwn;", "Array.prototype.extra = 1;"])("is found: %s", (code) => {
  const { error } = importOf(`data:text/javascript,${encodeURIComponent(code)}`);
  expect(error).toMatch(/read only|not extensible/);
});

test("a new global is found", () => {
  expect(importOf("data:text/javascript,globalThis.extra = 1").added).toBe(1);
});
