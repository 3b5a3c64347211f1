// Checks and times one case in a process of its own: measure.ts INDEX [quick], see child.ts. Loads ES modules only.
import { init } from "../src/index.js";
import { runCase } from "./cases.js";
import { CASES } from "./families/index.js";
import { FULL, QUICK } from "./harness.js";

/** 64 MiB, so that no memory grows. */
const memory = { initial: 1024 };

const [index, budget] = process.argv.slice(2);
const library = {
  strict: await init({ backend: "strict", memory }),
  twin: await init({ backend: "js", memory }),
};
process.send?.(runCase(CASES[Number(index)], library, budget === "quick" ? QUICK : FULL));
