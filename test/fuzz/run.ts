// The fuzzers for longer than in `npm test`, or with other cases: npm run test:fuzz -- --minutes 10 --seed 2
import { Command } from "commander";
import { startVitest } from "vitest/node";

const { minutes, seed } = new Command()
  .option("--minutes <n>", "in all", "10")
  .option("--seed <n>", "of the cases", "1")
  .parse()
  .opts<{ minutes: string; seed: string }>();
/** Calls of fuzz(), where every target is there. */
const FUZZERS = 10;
Object.assign(process.env, { MINUTES: String(Number(minutes) / FUZZERS), SEED: seed });
await startVitest("test", ["test/fuzz"], { watch: false, maxWorkers: 1 });
