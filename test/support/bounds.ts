// The error bounds of the elementary functions, of those of rows and of the activations of LSTM cells, read from the
// comments in assembly/math, assembly/rows and assembly/lstm where they stand:
//   // Bound of exp: strict <= 1.00 ULP, relaxed <= 1.05 ULP
//   // Worst of exp, strict: 0.9913 ULP at 0x42a1b2c3, got 1.2345679e+35, want 1.23456781234e+35; 97.1234 % correct
// The bound is a promise; the worst case over all float32 numbers is what `npm run test:exhaustive -- --record` found. Where
// a line names no backend it holds for both. Parameters have their defaults, and dy is 1. Rows have bounds only, where it
// differs with a second one for rows that a search has made as bad as it could:
//   // Bound of logSoftmax: <= 2.5 ULP; of hard rows <= 4 ULP
// What was found is in scripts/accuracy/rows/figures.json.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Build = "strict" | "relaxed";

export interface WorstCase {
  /** As written: 4 digits. */
  ulp: string;
  /** The bits of the input. */
  at: string;
  got: string;
  want: string;
  /** Per cent of the results that are correctly rounded. */
  correct: string;
}

export interface Bound {
  file: string;
  bound: Record<Build, number>;
  /** The bound of hard rows. */
  hard: number;
  worst: Partial<Record<Build, WorstCase>>;
}

export const FOLDER = fileURLToPath(new URL("../../assembly/math", import.meta.url));
export const ROWS = fileURLToPath(new URL("../../assembly/rows", import.meta.url));
export const CELLS = fileURLToPath(new URL("../../assembly/lstm", import.meta.url));

const BOUND =
  /^\/\/ Bound of (\w+): (?:strict )?<= ([\d.]+) ULP(?:, relaxed <= ([\d.]+) ULP)?(?:; of hard rows <= ([\d.]+) ULP)?$/;
const WORST =
  /^\/\/ Worst of (\w+)(?:, (strict|relaxed))?: (\S+) ULP at (\S+), got (\S+), want (\S+); (\S+) % correct$/;

/** Each function by the name of its kernel. Throws Error for a line that is none, or a second bound. */
export function readBounds(folder = FOLDER): Map<string, Bound> {
  const bounds = new Map<string, Bound>();
  for (const file of readdirSync(folder).sort()) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      if (/^\/\/ (Bound|Worst) of /.test(line)) readLine(bounds, file, line);
    }
  }
  return bounds;
}

function readLine(bounds: Map<string, Bound>, file: string, line: string): void {
  const bound = BOUND.exec(line);
  if (bound) {
    const [, name, strict, relaxed = strict, hard = relaxed] = bound;
    if (bounds.has(name)) throw new Error(`${file} has a second bound of ${name}`);
    bounds.set(name, {
      file,
      bound: { strict: Number(strict), relaxed: Number(relaxed) },
      hard: Number(hard),
      worst: {},
    });
    return;
  }
  const worst = WORST.exec(line);
  const known = worst && bounds.get(worst[1]);
  if (!worst || !known) throw new Error(`${file} has a line without a meaning: ${line}`);
  const [, , build, ulp, at, got, want, correct] = worst;
  for (const b of ["strict", "relaxed"] as const) {
    if (build === undefined || build === b) known.worst[b] = { ulp, at, got, want, correct };
  }
}

/** The lines of the worst cases of a function, one where both backends have the same. */
export function worstLines(name: string, worst: Record<Build, WorstCase>): string[] {
  const line = (which: string, w: WorstCase): string =>
    `// Worst of ${name}${which}: ${w.ulp} ULP at ${w.at}, got ${w.got}, want ${w.want}; ${w.correct} % correct`;
  const [strict, relaxed] = [line("", worst.strict), line("", worst.relaxed)];
  if (strict === relaxed) return [strict];
  return [line(", strict", worst.strict), line(", relaxed", worst.relaxed)];
}
