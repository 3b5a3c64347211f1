// The binaries of build/, read from the disk.
import { existsSync, readFileSync } from "node:fs";

export const PARTS = ["rows-strict", "layers-strict", "rows-relaxed", "layers-relaxed"] as const;
export type BinaryName = "debug" | "strict" | "relaxed" | (typeof PARTS)[number];

export function binary(name: BinaryName): Buffer<ArrayBuffer> {
  const file = new URL(`../build/${name}.wasm`, import.meta.url);
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing: npm run build:wasm`);
  return readFileSync(file);
}
