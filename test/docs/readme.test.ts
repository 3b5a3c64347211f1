// The README's quick start as a user runs it, and its commands.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { agrees, codeIn, promisesIn, runAll } from "../support/snippets.js";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const readme = read("README.md");

test("the quick start prints what its comments say", () => {
  const code = codeIn(readme);
  const promises = promisesIn(code);
  expect(promises.length).toBeGreaterThan(2);
  const printed = runAll({ readme: code }, { freed: true }).readme;
  expect(printed.length).toBe(promises.length);
  printed.forEach((line, i) => {
    expect(line).toSatisfy((text: string) => agrees(promises[i] ?? "", text));
  });
});

test("every npm command in the README is a script", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const commands = [
    ...readme.matchAll(/npm (?:run )?(start|test|bench|docs:\w+|docs|test:\w+|build:\w+|build|lint|format)\b/g),
  ];
  expect(commands.length).toBeGreaterThan(3);
  for (const [, name] of commands) expect(scripts).toHaveProperty([name]);
});
