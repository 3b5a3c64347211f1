// Rows that are worse than random ones: from random rows, changes that make the error of a function no smaller are kept.
import type { Softcell } from "../../../src/index.js";
import { Random } from "../../../test/support/random.js";
import type { Block } from "./cases.js";
import { type Name, resultsOf, solve } from "./functions.js";
import { errorsOn } from "./measure.js";

/** Short rows err most: in long ones errors cancel. From 32 columns on sums are trees in float32. */
const COLUMNS = [2, 4, 5, 31, 32, 34, 40, 64];
const DEVIATIONS = [1, 3, 8, 20];
const STARTS = 96;
/** As many changes without effect end a climb. */
const PATIENCE = 400;

/** The worst row of all climbs. */
export function climb(sc: Softcell, name: Name): Block {
  const random = new Random(1);
  let [worst, most] = [undefined as Block | undefined, -1];
  for (let start = 0; start < STARTS; start++) {
    const [row, error] = climbFrom(sc, name, random, COLUMNS[start % COLUMNS.length]);
    if (error > most) [worst, most] = [row, error];
  }
  return worst!;
}

function climbFrom(sc: Softcell, name: Name, random: Random, cols: number): [Block, number] {
  const deviation = DEVIATIONS[random.below(DEVIATIONS.length)];
  const temperature = random.below(2) ? 1 : 10 ** random.uniform(-1, 1);
  const [x, dy] = [random.normals(cols, deviation * temperature), random.normals(cols)];
  let row: Block = { x, dy, targets: random.ints(1, cols), rows: 1, cols, temperature };
  let error = errorOf(sc, name, row);
  for (let vain = 0; vain < PATIENCE; vain++) {
    const next = { ...row, x: row.x.slice(), dy: row.dy.slice() };
    const step = 10 ** random.uniform(-6, 0);
    for (let i = random.below(3); i >= 0; i--)
      next.x[random.below(cols)] += random.normal() * step * deviation * temperature;
    next.dy[random.below(cols)] += random.normal() * step;
    const e = errorOf(sc, name, next);
    if (e > error) vain = 0;
    if (e >= error) [row, error] = [next, e];
  }
  return [row, error];
}

export function errorOf(sc: Softcell, name: Name, row: Block): number {
  const solved = solve(row);
  return errorsOn(solved, resultsOf(sc, solved))[name];
}
