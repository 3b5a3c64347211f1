// Packs the package and installs it in an empty folder, as a new user does; outside of the repository, whose node_modules
// must not help.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { output, root } from "./command.js";
import { programs } from "./programs.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The tarball. */
    tarball: string;
    /** The folder where it is installed, with the programs of programs.ts. */
    app: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => void> {
  const packed = join(root, "build/hosts");
  mkdirSync(packed, { recursive: true });
  // npm test and npm run test:hosts have built it
  const [{ filename }] = JSON.parse(
    output("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", packed], root),
  );
  const tarball = join(packed, filename);
  const app = mkdtempSync(join(tmpdir(), "softcell-app-"));
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  output("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball], app);
  for (const [name, text] of Object.entries(await programs())) writeFileSync(join(app, name), text);
  provide("tarball", tarball);
  provide("app", app);
  return () => rmSync(app, { recursive: true });
}
