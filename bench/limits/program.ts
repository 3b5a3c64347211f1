// What index.ts runs as one module.
import type { WasmName } from "../../src/backend/instantiate.js";
import { benchmark, each } from "../command.js";
import type { Budget } from "../harness.js";
import { Bed } from "./bed.js";
import { cliffs } from "./cliffs.js";
import { measureGroup, type Section } from "./figure.js";
import { lstm } from "./lstm.js";
import { machine } from "./machine.js";
import { overheads } from "./overhead.js";
import { products } from "./products.js";
import { rows } from "./rows.js";
import { steps } from "./steps.js";

async function measureAll(build: WasmName, sections: readonly Section[], budget: Budget) {
  const bed = await Bed.open(build);
  if (!bed) return { measurements: [], notes: [`${build}: this engine has no relaxed SIMD`] };
  const own = sections.filter(({ once }) => !once || build === "strict");
  const groups = own.flatMap(({ title, groups }) => groups.map((make) => ({ title, make })));
  return each(
    groups,
    ({ title }) => `${build}: ${title}`,
    ({ title: section, make }) => measureGroup(bed, make, budget).map((figure) => ({ section, ...figure })),
  );
}

await benchmark<Section>({
  name: "bench:limits",
  description: "Measures the limits of this machine and engine in WebAssembly, and the kernels' shares of them.",
  parts: [...machine, ...products, ...rows, ...cliffs, ...lstm, ...steps, ...overheads],
  titles: "a section's title",
  titleOf: ({ title }) => title,
  measure: async (sections, budget) => {
    const [strict, relaxed] = [
      await measureAll("strict", sections, budget),
      await measureAll("relaxed", sections, budget),
    ];
    const all = [...strict.measurements, ...relaxed.measurements];
    // the builds of a section together
    const measurements = sections.flatMap(({ title }) => all.filter(({ section }) => section === title));
    return { measurements, notes: [...strict.notes, ...relaxed.notes] };
  },
});
