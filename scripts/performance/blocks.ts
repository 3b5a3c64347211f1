// A page as a list of blocks, written as Markdown and as HTML.
export type Align = "left" | "right";

export type Block =
  | { kind: "heading"; level: 1 | 2 | 3; text: string }
  /** With `code` and [links](to). */
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[]; texts: number }
  | { kind: "chart"; name: string; alt: string };

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: "heading", level, text });
export const text = (...lines: string[]): Block => ({ kind: "text", text: lines.join("\n") });
export const code = (...lines: string[]): Block => ({ kind: "code", text: lines.join("\n") });

/** The first `texts` columns are left-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts = 1): Block {
  return { kind: "table", head, rows, texts };
}

export function markdown(blocks: readonly Block[], charts: string): string {
  return `${blocks.map((block) => markdownOf(block, charts)).join("\n\n")}\n`;
}

function markdownOf(block: Block, charts: string): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "text":
      return block.text;
    case "code":
      return block.text.replace(/^/gm, "    ");
    case "chart":
      return `![${block.alt}](${charts}/${block.name}.svg)`;
    case "table": {
      const rule = block.head.map((_, i) => (i < block.texts ? "---" : "---:"));
      const cells = [block.head, rule, ...block.rows];
      return cells.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
    }
  }
}

const STYLE = `:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: #24292f;
  background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid #8d96a066; text-align: right; vertical-align: top; }
.text { text-align: left; }
figure { margin: 1.5rem 0; }
figure svg { max-width: 100%; height: auto; }
code, pre { font-size: 0.9em; }
a { color: #0068a8; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; }
  a { color: #56b4e9; }
}`;

/** One file, nothing is fetched. */
export function html(title: string, blocks: readonly Block[], charts: Readonly<Record<string, string>>): string {
  const body = blocks.map((block) => htmlOf(block, charts)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function htmlOf(block: Block, charts: Readonly<Record<string, string>>): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`;
    case "text":
      return `<p>${inline(block.text)}</p>`;
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>`;
    case "chart":
      return `<figure>${charts[block.name].trim()}</figure>`;
    case "table":
      return tableOf(block);
  }
}

function tableOf({ head, rows, texts }: Extract<Block, { kind: "table" }>): string {
  const row = (cells: readonly string[], tag: "td" | "th") => {
    const open = (i: number) => `<${tag}${tag === "th" ? ' scope="col"' : ""}${i < texts ? ' class="text"' : ""}>`;
    return `<tr>${cells.map((cell, i) => `${open(i)}${inline(cell)}</${tag}>`).join("")}</tr>`;
  };
  const body = rows.map((cells) => row(cells, "td")).join("\n");
  return `<table>\n<thead>${row(head, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

export const escaped = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function inline(value: string): string {
  return escaped(value)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="../$2">$1</a>'); // it lies a folder deeper
}
