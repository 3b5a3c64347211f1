// Vite on playground/, which is a package of its own and installed when it is missing.
// Usage: tsx scripts/playground.ts [build | preview] [OPTIONS of Vite]
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../playground", import.meta.url));

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(folder, "node_modules"))) {
  // a command file on Windows, which only a shell runs
  const { status } = spawnSync("npm ci --ignore-scripts --no-audit --no-fund", {
    cwd: folder,
    stdio: "inherit",
    shell: true,
  });
  if (status !== 0) process.exit(status ?? 1);
}
run(process.execPath, join(folder, "node_modules/vite/bin/vite.js"), ...process.argv.slice(2));
