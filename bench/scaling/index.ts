// npm run bench:scaling -- [--filter TEXT] [--json FILE] [--quick]
import { init } from "../../src/index.js";
import { check, type Library } from "../cases.js";
import { benchmark, each } from "../command.js";
import { type Budget, measure, type Run } from "../harness.js";
import { groupBy } from "../report.js";
import { type Measurement, nanoseconds } from "../schema.js";
import { SECTION as MEMORY, measureMemory } from "./memory.js";
import { SERIES, type Series } from "./series.js";
import { slope } from "./slope.js";

const sectionOf = ({ axis }: Series): string => `time against ${axis}`;
const titleOf = (part: Series | string): string =>
  typeof part === "string" ? part : `${sectionOf(part)} ${part.name}`;

/** The sizes take turns. Throws where a result is wrong. */
function measureSeries(series: Series, { strict, twin }: Library, budget: Budget): Measurement[] {
  const { name, points } = series;
  const made = points.map(({ x, item }) => {
    const variants = { strict: item.library(strict), twin: item.library(twin), plain: item.plain() };
    check(item, variants);
    variants.twin.dispose?.();
    return { size: String(x), variant: variants.strict };
  });
  try {
    const runs: Record<string, Run> = Object.fromEntries(made.map(({ size, variant }) => [`x ${size}`, variant.run]));
    const rows = measure(runs, { ...budget, baseline: Object.keys(runs)[0] });
    return rows.map((row, i) => {
      return { section: sectionOf(series), name, size: made[i].size, variant: "strict", ...nanoseconds(row) };
    });
  } finally {
    for (const { variant } of made) variant.dispose?.();
  }
}

async function measurePart(part: Series | string, library: Library, budget: Budget): Promise<Measurement[]> {
  const measured = typeof part === "string" ? await measureMemory() : measureSeries(part, library, budget);
  const expected = typeof part === "string" ? 1 : part.slope;
  return [...groupBy(measured, ({ name }) => name).values()].flatMap((own) => [...own, slope(own, expected)]);
}

await benchmark<Series | string>({
  name: "bench:scaling",
  description: "Times the strict build as work grows, results checked first, and fits the exponents; memory too.",
  parts: [...SERIES, MEMORY],
  titles: "a series' title",
  titleOf,
  measure: async (parts, budget) => {
    const library: Library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
    return each(parts, titleOf, (part) => measurePart(part, library, budget));
  },
});
