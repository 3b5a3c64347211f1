// The guide and the reference as static files in docs/site/dist. docs/site is a package of its own, installed when it is
// missing. Fails for a warning of TypeDoc, as for what has no docstring, and for a link that leads nowhere.
// Usage: tsx scripts/site.ts
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../docs/site", import.meta.url));
const dist = join(folder, "dist");

function run(command: string, args: string[], shell = false): void {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: "inherit", shell });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The links of a page to files that are not there, and to places that are not in them. */
function broken(page: string, idsOf: (file: string) => ReadonlySet<string>): string[] {
  const html = readFileSync(join(dist, page), "utf8").replace(/<script[\s\S]*?<\/script>/g, "");
  const targets = [...html.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)].map(([, target]) => target);
  return targets.filter((target) => {
    if (/^(?:https?|mailto|data):/.test(target)) return false;
    const [path, id] = target.split("#").map(decodeURIComponent);
    const file = path ? join(dist, dirname(page), path) : join(dist, page);
    if (!existsSync(file)) return true;
    return Boolean(id) && file.endsWith(".html") && !idsOf(file).has(id);
  });
}

// a command file on Windows, which only a shell runs
if (!existsSync(join(folder, "node_modules"))) run("npm ci --ignore-scripts --no-audit --no-fund", [], true);
rmSync(dist, { recursive: true, force: true });
run(process.execPath, [join(folder, "node_modules/typedoc/bin/typedoc"), "--options", join(folder, "typedoc.json")]);

const ids = new Map<string, Set<string>>();
const idsOf = (file: string): Set<string> => {
  const found =
    ids.get(file) ?? new Set([...readFileSync(file, "utf8").matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  ids.set(file, found);
  return found;
};
// media/ has files of the repository that pages link to, as they are
const pages = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".html") && !name.startsWith("media/"));
const wrong = pages.flatMap((page) => broken(page, idsOf).map((target) => `${page}: ${target}`));
for (const line of wrong) console.error(line);
if (wrong.length) process.exit(1);
console.log(`${pages.length} pages in docs/site/dist, every link of which leads somewhere`);
