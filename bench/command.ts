import { CommanderError } from "commander";

/** Runs a command and sets the exit code: what it returns, 2 for wrong options. */
export async function exitWith(main: (argv: string[]) => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
