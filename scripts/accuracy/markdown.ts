/** A table; columns after the first are right-aligned. */
export function table(head: string[], rows: string[][]): string {
  const rule = head.map((_, i) => (i ? "---:" : "---"));
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}
