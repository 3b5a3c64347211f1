// The binaries of build/, read from the disk.
import { existsSync, readFileSync } from "node:fs";

/** Those with all kernels. */
export type BinaryName = "debug" | "strict" | "relaxed";

/** The bytes of a binary, or of a part of strict, `parts/softmax`. */
export function binary(name: BinaryName | `parts/${string}`): Buffer<ArrayBuffer> {
  const file = new URL(`../../build/${name}.wasm`, import.meta.url);
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing: npm run build:wasm`);
  return readFileSync(file);
}
