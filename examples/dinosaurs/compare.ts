// WebAssembly against JavaScript on three cases of the benchmark; npm run bench has them all.
import Table from "cli-table3";
import { init } from "softcell";
import { runCase } from "../../bench/cases.js";
import { CASES } from "../../bench/families/index.js";
import { QUICK } from "../../bench/harness.js";

const SHOWN = [
  ["LSTM training step", "T32 B32 I64 H128 V64"],
  ["streaming step", "I128 H128"],
  ["softmax", "32x1000"],
];

/** Microseconds of a call in `strict`, in its JavaScript twin and in plain JavaScript, with ratios. Results are checked first. */
export async function comparison(): Promise<string> {
  const library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
  const table = new Table({
    head: ["one", "strict, us", "twin, us", "plain, us", "strict is", "twin is"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const [name, size] of SHOWN) {
    const item = CASES.find((c) => c.name === name && c.size === size);
    if (!item) throw new Error(`the benchmark has no case ${name} ${size}`);
    const measured = runCase(item, library, { ...QUICK, rounds: 2 });
    const times = measured.map(({ median }) => (median / 1000).toFixed(1));
    const [strict, twin] = measured.map(({ ratio = 1 }) => ratio);
    table.push([`${name} ${size}`, ...times, `${strict.toFixed(1)} times`, `${twin.toFixed(2)} times`]);
  }
  for (const sc of Object.values(library)) sc.dispose();
  return `WebAssembly (strict), its JavaScript twin and plain JavaScript; "times": as fast as plain\n${table}`;
}
