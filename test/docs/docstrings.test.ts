// What an editor and the site show: every public symbol has a docstring, every function and method an example, and the
// examples are type-checked and give what they say.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { examples } from "../support/docstrings.js";
import { agrees, promisesIn, runAll } from "../support/snippets.js";

const ENTRIES = ["index", "js/index"];
const dist = new URL("../../dist/", import.meta.url);
const read = (file: string) => readFileSync(new URL(`${file}.d.ts`, dist), "utf8");

interface Declared {
  symbol: string;
  /** "" for none. */
  docstring: string;
  kind: "callable" | "other";
}

/** Where the names that a file exports are declared, by name; its own are in it. */
function exportsOf(file: string): Map<string, string> {
  const text = read(file);
  const found = new Map<string, string>();
  const at = (path: string) => posix.join(posix.dirname(file), path).replace(/\.js$/, "");
  for (const [, path] of text.matchAll(/^export \* from "(.*)";/gm))
    for (const [name, from] of exportsOf(at(path))) found.set(name, from);
  for (const [, names, path] of text.matchAll(/^export (?:type )?\{ ([^}]*) \} from "(.*)";/gm))
    for (const name of names.split(/, ?/).filter(Boolean))
      found.set(name.replace(/^type /, "").replace(/ as .*/, ""), at(path));
  for (const [, name] of text.matchAll(/^export declare \w+ (?:function )?(\w+)/gm)) found.set(name, file);
  return found;
}

/** A declaration and, of a class or interface, its public members and those of the classes that it extends. */
function declared(file: string, name: string): Declared[] {
  const lines = read(file).split("\n");
  const head = new RegExp(
    `^export (?:declare |abstract )*(class|interface|type|const|function|async function) ${name}\\b`,
  );
  const first = lines.findIndex((line) => head.test(line));
  if (first < 0) throw new Error(`${name} is not declared in ${file}`);
  const keyword = lines[first].match(head)?.[1] as string;
  const callable = keyword.endsWith("function") || /: typeof /.test(lines[first]);
  const found: Declared[] = [entry(lines, first, name, callable)];
  if (keyword !== "class" && keyword !== "interface") return found;
  const length = lines.slice(first).indexOf("}");
  for (let i = first + 1; i < first + length; i++) {
    const member = lines[i].match(/^ {4}(readonly |abstract |get )*(\[Symbol\.dispose\]|\w+)[?]?([(<:])/);
    if (!member || member[2] === "constructor") continue;
    const method = keyword === "class" && member[1] === undefined && member[3] !== ":";
    found.push(entry(lines, i, `${name}.${member[2]}`, method));
  }
  const base = lines[first].match(/ extends (\w+)(?:<.*>)? \{$/)?.[1];
  if (keyword === "class" && base) {
    const path = read(file).match(new RegExp(`^import .*\\b${base}\\b.* from "(.*)\\.js";`, "m"))?.[1];
    found.push(...declared(path ? posix.join(posix.dirname(file), path) : file, base));
  }
  return found;
}

function entry(lines: string[], at: number, symbol: string, callable: boolean): Declared {
  const kind = callable ? "callable" : "other";
  if (!lines[at - 1].endsWith("*/")) return { symbol, docstring: "", kind };
  const from = lines.slice(0, at).findLastIndex((line) => line.trimStart().startsWith("/**"));
  return { symbol, docstring: lines.slice(from, at).join("\n"), kind };
}

describe("public symbols", () => {
  const names = new Map(ENTRIES.flatMap((file) => [...exportsOf(file)]));
  const all = [...names].flatMap(([name, file]) => declared(file, name));

  test("have a docstring", () => {
    expect(all.length).toBeGreaterThan(500);
    for (const name of [
      "Softcell.dispose",
      "softmax",
      "LstmCellOptions.clip",
      "Recurrent.forward",
      "Layer.params",
      "lstm",
    ])
      expect(all.map(({ symbol }) => symbol)).toContain(name);
    expect(all.filter(({ docstring }) => !docstring).map(({ symbol }) => symbol)).toEqual([]);
  });

  test("that are called have an example", () => {
    const callable = all.filter(({ kind }) => kind === "callable");
    expect(callable.length).toBeGreaterThan(150);
    const without = callable.filter(({ docstring }) => !docstring.includes("@example"));
    expect(without.map(({ symbol }) => symbol)).toEqual([]);
  });
});

test("the examples give what they say", () => {
  const all = examples();
  expect(all.length).toBeGreaterThan(140);
  const names = all.map(({ place }) => place.replace(/\W/g, "-"));
  const printed = runAll(Object.fromEntries(all.map(({ program }, i) => [names[i], program])));
  const wrong = all.flatMap(({ place, program }, i) => {
    const lines = printed[names[i]];
    const promises = promisesIn(program);
    expect(lines.length, place).toBe(promises.length);
    return lines.filter((line, k) => !agrees(promises[k] ?? "", line)).map((line) => `${place}: ${line}`);
  });
  expect(wrong).toEqual([]);
});
