import { expect } from "vitest";
import { agrees, promisesIn } from "../support/snippets.js";
import { quickStart } from "./programs.js";

/** What the quick start has printed is what its comments say. */
export function expectPromised(printed: string): void {
  const lines = printed
    .trim()
    .replace(/\[\n([\s\S]*?)\n\]/g, "[$1]")
    .split("\n");
  const promises = promisesIn(quickStart);
  expect(promises.length).toBeGreaterThan(2);
  expect(lines).toHaveLength(promises.length);
  lines.forEach((line, i) => {
    expect(line).toSatisfy((text: string) => agrees(promises[i] ?? "", text));
  });
}
