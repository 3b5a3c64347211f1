import type { Piece } from "./piece.js";

/** So many groups are named. */
const NAMED = 4;

/**
 * Whose memory these pieces are, the largest groups first:
 * 1,038 tensors of shape [64, 4000] (1,063 MB), 2 lstm layers (1,204 KB), scratch (16 KB)
 */
export function heldBy(pieces: Iterable<Pick<Piece, "owner" | "size">>): string {
  const groups: Record<string, [bytes: number, owners: Set<unknown>]> = {};
  for (const { owner, size } of pieces) {
    const counted = typeof owner !== "string";
    const kind = !counted ? owner : "kind" in owner ? owner.kind : `tensor of shape [${owner.join(", ")}]`;
    groups[kind] ??= [0, new Set()];
    groups[kind][0] += size;
    if (counted) groups[kind][1].add(owner);
  }
  const sorted = Object.entries(groups).sort(([, a], [, b]) => b[0] - a[0]);
  const named = sorted.slice(0, NAMED).map(([kind, [bytes, { size }]]) => {
    const count = size ? `${rounded(size)} ` : "";
    const memory = bytes < 1e7 ? `${rounded(bytes / 1e3)} KB` : `${rounded(bytes / 1e6)} MB`;
    return `${count}${size > 1 ? kind.replace(/ of|$/, "s$&") : kind} (${memory})`;
  });
  return named.join(", ") + (sorted.length > NAMED ? " and others" : "");
}

const rounded = (n: number): string => Math.ceil(n).toLocaleString("en");
