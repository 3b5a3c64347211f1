// What bundlers and debuggers find in the built package: npm run build.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = new URL("../../dist/", import.meta.url);
const { main, alias, exports, scripts, files } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);
const MODULES = readdirSync(dist).filter((name) => name.endsWith(".js"));
const ENTRIES = Object.keys(exports).filter((name) => exports[name].default);

test.each(ENTRIES)("esbuild bundles %s without a warning", async (entry) => {
  const { warnings } = await build({
    absWorkingDir: root,
    stdin: { contents: `export * from "softcell${entry.slice(1)}";`, resolveDir: root },
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "build/size",
    write: false,
    logLevel: "silent",
  });
  expect(warnings.map(({ text, location }) => `${location?.file}: ${text}`)).toEqual([]);
});

test("every export is a file", () => {
  const paths = Object.values(exports).flatMap((to) => (typeof to === "string" ? to : Object.values(to as object)));
  expect(paths.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
});

test("Parcel, which reads no exports, finds the same files", () => {
  const paths = Object.entries<string | { default: string }>(exports)
    .map(([entry, to]) => [entry, typeof to === "string" ? to : to.default])
    .filter(([entry, path]) => entry !== path);
  expect({ ".": main, ...alias }).toEqual(Object.fromEntries(paths));
});

test("nothing runs when it is installed", () => {
  for (const name of ["preinstall", "install", "postinstall", "prepare"]) expect(scripts).not.toHaveProperty(name);
});

describe("source maps", () => {
  test.each(MODULES)("of %s name files of the package, or have their text", (name) => {
    expect(readFileSync(new URL(name, dist), "utf8")).toContain(`//# sourceMappingURL=${name}.map`);
    const { sources, sourcesContent } = JSON.parse(readFileSync(new URL(`${name}.map`, dist), "utf8"));
    // modules that only hand on have no source
    if (!/^(index|js-\w+)\.js$/.test(name)) expect(sources.length).toBeGreaterThan(0);
    expect(files).toContain("src");
    const missing = sources.filter(
      (source: string, i: number) =>
        sourcesContent[i] === null && !(source.startsWith("../src/") && existsSync(new URL(source, dist))),
    );
    expect(missing).toEqual([]);
  });
});
