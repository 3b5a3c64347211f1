// Every link in a markdown file of the repository leads to a file that is there, and to a heading that is in it; and the
// tests that it tells to run are there.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const ELSEWHERE = ["node_modules", "build", "dist", "coverage", ".git"];

/** All files and folders as paths from the root. */
function everything(folder = ""): string[] {
  return readdirSync(new URL(folder || ".", root), { withFileTypes: true }).flatMap((entry) => {
    if (ELSEWHERE.includes(entry.name)) return [];
    const path = folder + entry.name;
    return entry.isDirectory() ? [path, ...everything(`${path}/`)] : [path];
  });
}

const withoutCode = (text: string) => text.replace(/^(```+).*\n[\s\S]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "");

/** What the links, images and HTML of a page point to. */
function targetsIn(text: string): string[] {
  const page = withoutCode(text);
  const inline = page.matchAll(/\]\(\s*<?([^)\s>]+)/g);
  const named = page.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm);
  const html = page.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g);
  return [...inline, ...named, ...html].map(([, target]) => target);
}

/** The anchors of its headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  const headings = text.replace(/^(```+).*\n[\s\S]*?^\1$/gm, "").matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm);
  return [...headings].map(([, heading]) => {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before ? `${slug}-${before}` : slug;
  });
}

/** The links of one of these files that lead nowhere; `read` gives the text of a page. */
function broken(file: string, files: ReadonlySet<string>, read: (file: string) => string): string[] {
  return targetsIn(read(file)).filter((target) => {
    if (/^(?:https?|mailto):/.test(target)) return false;
    const [path, anchor] = target.split("#").map(decodeURIComponent);
    const to = path ? posix.join(posix.dirname(file), path).replace(/\/$/, "") : file;
    if (!files.has(to)) return true;
    return anchor !== undefined && !(to.endsWith(".md") && anchorsIn(read(to)).includes(anchor));
  });
}

const FILES = everything();
const PAGES = FILES.filter((file) => file.endsWith(".md"));

test.each(PAGES)("the links of %s", (page) => {
  expect(broken(page, new Set(FILES), (file) => readFileSync(new URL(file, root), "utf8"))).toEqual([]);
});

/** What the commands `npx vitest run` of a page run. */
function testsIn(text: string): string[] {
  const commands = text.matchAll(/\bvitest run((?:\s+test\/[\w./-]+)+)/g);
  return [...commands].flatMap(([, paths]) => paths.trim().split(/\s+/));
}

test("every path after `npx vitest run` has tests", () => {
  const tests = FILES.filter((file) => /^test\/.*\.test\.ts$/.test(file));
  const paths = PAGES.flatMap((page) => testsIn(readFileSync(new URL(page, root), "utf8")));
  expect(paths.length).toBeGreaterThan(5);
  // Vitest runs the files whose path has it in it
  expect(paths.filter((path) => !tests.some((file) => file.includes(path)))).toEqual([]);
  expect(testsIn("npx vitest run\ntest/a test/b-c.test.ts`, `vitest run`, test/d")).toEqual([
    "test/a",
    "test/b-c.test.ts",
  ]);
});

test("a link that leads nowhere is found, of every kind", () => {
  const pages: Record<string, string> = {
    "docs/a.md": `# One, \`two\` & [three](b.md)\n\n## Same\n## Same\n\n\`[code](none)\` [x](b.md) [x](../README.md#top)
      [self](#one-two--three) [](#same-1) [](https://none/) ![](none.svg) <img src="none.png"> [](#same-2) [](B.md)
      [](b.md#none) [](../src/x.ts#L1) [](../../outside.md)\n[named]: none.md\n\n\`\`\`md\n[code](none)\n\`\`\`\n`,
    "docs/b.md": "text",
    "README.md": "# Top\n",
  };
  const files = new Set([...Object.keys(pages), "src/x.ts"]);
  expect(broken("docs/a.md", files, (file) => pages[file]).sort()).toEqual(
    ["#same-2", "../../outside.md", "../src/x.ts#L1", "B.md", "b.md#none", "none.md", "none.png", "none.svg"].sort(),
  );
});
