// Options that commands of the benchmark share.
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { CommanderError, InvalidArgumentError } from "commander";

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

/** Sets the exit code: what main() returns, 2 for wrong options. */
export async function exitWith(main: (argv: string[]) => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
