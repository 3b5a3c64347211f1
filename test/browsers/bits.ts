// What every browser must give: the bits of the results of all golden cases, as SHA-256.
import { init } from "../../src/index.js";
import type { Manifest } from "../golden/manifest.js";
import { ops } from "../golden/ops/index.js";

/** By operation. */
export type Bits = Record<string, string>;

export async function bitsOf(backend: "strict" | "js", manifests: readonly Manifest[]): Promise<Bits> {
  const sc = await init({ backend });
  const hashes = manifests.map(async ({ op, cases }): Promise<[string, string]> => {
    const values = cases.flatMap((c) =>
      Object.values(ops[op]?.run(sc, c) ?? {}).flatMap((output) => Array.from(output)),
    );
    return [op, await sha256(bytesOf(values))];
  });
  return Object.fromEntries(await Promise.all(hashes));
}

/** The bits of numbers, NaN being one whatever its payload. */
function bytesOf(values: number[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Float64Array.from(values).buffer);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) words.fill(0xffffffff, 2 * i, 2 * i + 2);
  });
  return words;
}

async function sha256(data: Uint32Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
