// The place of test/support/binaries.ts in a browser: the same bytes, from Vite's server.
import type { BinaryName } from "../support/binaries.js";

const names: BinaryName[] = ["debug", "strict", "relaxed"];

const fetched = names.map(async (name): Promise<[BinaryName, Uint8Array<ArrayBuffer>]> => {
  const response = await fetch(`/build/${name}.wasm`);
  if (!response.ok) throw new Error(`build/${name}.wasm is missing: npm run build:wasm`);
  return [name, new Uint8Array(await response.arrayBuffer())];
});
const binaries = new Map(await Promise.all(fetched));

export function binary(name: BinaryName): Uint8Array<ArrayBuffer> {
  const found = binaries.get(name);
  if (!found) throw new Error(`${name} is not among the binaries for browsers`);
  return found;
}
