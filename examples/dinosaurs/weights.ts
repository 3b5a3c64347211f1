// Weights as JSON: the shape of each, and its little-endian float32 in base64.
import { readFileSync, writeFileSync } from "node:fs";
import type { StateDict, StateEntry } from "softcell";

export function writeWeights(file: string, state: StateDict): void {
  const entries = Object.entries(state).map(([name, entry]) => {
    const { data, shape } = entry as StateEntry;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return [name, { shape, base64: bytes.toString("base64") }];
  });
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
}

/** Throws Error, with the name of the file, for one that is missing or holds something else. */
export function readWeights(file: string): StateDict {
  try {
    const json = JSON.parse(readFileSync(file, "utf8")) as Record<string, { shape: number[]; base64: string }>;
    const entries = Object.entries(json).map(([name, { shape, base64 }]) => {
      const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
      return [name, { shape, data: new Float32Array(bytes.buffer) }];
    });
    return Object.fromEntries(entries);
  } catch (error) {
    throw new Error(`"--load" expected a file of weights, got ${file}: ${(error as Error).message}`);
  }
}
