/** A table; columns after the first `texts` are right-aligned. */
export function table(head: readonly string[], rows: readonly string[][], texts = 1): string {
  const rule = head.map((_, i) => (i < texts ? "---" : "---:"));
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}
