// What the command lines of the examples share: options with limits, and exit code 2 after an error.
import { type CommanderError, InvalidArgumentError, Option } from "commander";

export function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function between(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function backendOption(): Option {
  return new Option("--backend <name>", "what the kernels run on")
    .choices(["auto", "strict", "relaxed", "js"])
    .default("auto");
}

/** For Command.exitOverride: --help ends with 0, an error with 2. */
export const exitWithTwo = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? 0 : 2);

/** An error of `main` is one line, and exit code 2. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
}
