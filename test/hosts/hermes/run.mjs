// Runs a script after Babel, since this Hermes has no classes, and with at(), which it lacks. Usage: node run.mjs FILE
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "@babel/core";

const [, , file] = process.argv;
const presets = [[fileURLToPath(import.meta.resolve("@babel/preset-env")), { targets: { ie: "11" } }]];
const { code } = transformSync(readFileSync(file, "utf8"), {
  presets,
  compact: false,
  configFile: false,
  babelrc: false,
});
const at = `Array.prototype.at = function (i) {
  return this[i < 0 ? this.length + i : i];
};`;
writeFileSync(`${file}.es5.js`, `${at}\n${code}`);
const hermes = fileURLToPath(new URL("node_modules/hermes-engine-cli/linux64-bin/hermes", import.meta.url));
const { status, stdout, stderr } = spawnSync(hermes, ["-w", `${file}.es5.js`], { encoding: "utf8" });
if (status !== 0) throw new Error(stdout + stderr);
process.stdout.write(stdout);
