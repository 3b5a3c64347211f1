// More cases of the properties than `npm test` takes, or others: npm run test:properties -- --runs 10000 --seed 2
import { Command } from "commander";
import { startVitest } from "vitest/node";

const { runs, seed } = new Command()
  .option("--runs <n>", "cases of each property", "1000")
  .option("--seed <n>", "of the cases", "1")
  .parse()
  .opts<{ runs: string; seed: string }>();
Object.assign(process.env, { RUNS: runs, SEED: seed });
await startVitest("test", ["test/properties"], { watch: false });
