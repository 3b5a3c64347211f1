import { readFileSync } from "node:fs";

/** Gives the bytes of a file to `load`. Throws Error, with its name, where it is missing or `load` throws. */
export function loadFile<T>(option: string, file: string, load: (bytes: Uint8Array) => T): T {
  try {
    return load(readFileSync(file));
  } catch (error) {
    throw new Error(`"${option}" expected a file of weights, got ${file}: ${(error as Error).message}`);
  }
}
