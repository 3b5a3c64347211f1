import { createHash } from "node:crypto";
import type { Layer } from "softcell";

/** SHA-256 of all weights, little-endian float32 in the order of the layers and of their state dicts. */
export function fingerprint(layers: readonly Layer[]): string {
  const hash = createHash("sha256");
  for (const layer of layers) {
    for (const { data } of Object.values(layer.stateDict())) hash.update(new Uint8Array(data.buffer));
  }
  return hash.digest("hex");
}
