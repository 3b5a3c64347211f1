// What the commands of the benchmarks share: their options, and the line that shows how far they are.
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";

/** Refused before the measurement, not after it. */
export function writable(file: string): string {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error("is a directory");
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  return file;
}

/** Those whose title contains the text or matches it as a regex. */
export function select<T>(items: readonly T[], filter: string | undefined, title: (item: T) => string): readonly T[] {
  if (filter === undefined) return items;
  const text = filter.toLowerCase();
  const pattern = regex(filter);
  return items.filter((item) => title(item).toLowerCase().includes(text) || pattern?.test(title(item)));
}

function regex(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "i");
  } catch {
    return undefined;
  }
}

export function progress(text: string): void {
  process.send?.({ progress: text }); // to bench:all
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
