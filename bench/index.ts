// npm run bench -- [--filter TEXT] [--json FILE] [--quick] [--isolated]
import { fork } from "node:child_process";
import { Option } from "commander";
import { init } from "../src/index.js";
import { type Case, type Library, runCase } from "./cases.js";
import { benchmark, each } from "./command.js";
import { CASES } from "./families/index.js";
import { type Budget, QUICK } from "./harness.js";
import type { Sent } from "./isolated.js";
import type { Measurement } from "./schema.js";

type Run = (item: Case) => Measurement[] | Promise<Measurement[]>;

/** All variants of all cases in this one process, as in an application that has the library and JavaScript beside it. */
async function together(budget: Budget): Promise<Run> {
  const library: Library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
  return (item) => runCase(item, library, budget);
}

/** See isolated.ts. A process that ends without a result is an error of its case. */
function isolated(budget: Budget): Run {
  const file = new URL("./isolated.ts", import.meta.url);
  return (item) =>
    new Promise((resolve, reject) => {
      const child = fork(file, [String(CASES.indexOf(item)), budget === QUICK ? "quick" : "full"]);
      child.on("message", ({ measurements, error }: Sent) =>
        measurements ? resolve(measurements) : reject(new Error(error)),
      );
      child.on("exit", (code) => reject(new Error(`the process ended with ${code}`)));
    });
}

const titleOf = ({ family, name, size }: Case): string => `${family} ${name} ${size}`;

await benchmark<Case, { isolated?: boolean }>({
  name: "bench",
  description: "Times the strict build and its JavaScript twin against plain JavaScript, results checked first.",
  parts: CASES,
  titles: "a case's family, name and size",
  titleOf,
  more: [new Option("--isolated", "each case in a process of its own, where V8 runs plain JavaScript at its best")],
  measure: async (cases, budget, options) => {
    const command = `npm run bench${options.isolated ? " -- --isolated" : ""}`;
    const run = options.isolated ? isolated(budget) : await together(budget);
    return { command, ...(await each(cases, titleOf, run)) };
  },
});
