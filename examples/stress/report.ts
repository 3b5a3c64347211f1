// How good a classifier is on words that it has not seen.
import Table from "cli-table3";
import { CLASSES, familyOf, type Word } from "./data.js";

export interface Score {
  accuracy: number;
  /** Half the width of its 95 % interval. */
  margin: number;
}

/** The interval takes families of words as independent, and not the words in them: a cluster-robust standard error. */
export function score(words: readonly Word[], predicted: Int32Array): Score {
  const correct = words.map(({ stress }, i) => Number(predicted[i] === stress));
  const accuracy = correct.reduce((a, b) => a + b, 0) / words.length;
  const residuals = new Map<string, number>();
  words.forEach((word, i) => {
    residuals.set(familyOf(word), (residuals.get(familyOf(word)) ?? 0) + correct[i] - accuracy);
  });
  const variance = [...residuals.values()].reduce((sum, r) => sum + r * r, 0);
  return { accuracy, margin: (1.96 * Math.sqrt(variance)) / words.length };
}

export const percent = ({ accuracy, margin }: Score): string =>
  `${(100 * accuracy).toFixed(1)} % ± ${(100 * margin).toFixed(1)}`;

/** Rows: the syllable that is stressed; columns: the one that was predicted; and the part of each row that was right. */
export function confusion(words: readonly Word[], predicted: Int32Array): string {
  const table = new Table({
    head: ["stressed \\ predicted", ...CLASSES, "right"],
    colAligns: ["left", ...CLASSES.map(() => "right" as const), "right"],
    style: { head: [], border: [] },
  });
  CLASSES.forEach((name, row) => {
    const own = [...predicted].filter((_, i) => words[i].stress === row);
    const counts = CLASSES.map((_, column) => own.filter((c) => c === column).length);
    table.push([name, ...counts, own.length ? `${((100 * counts[row]) / own.length).toFixed(1)} %` : "-"]);
  });
  return table.toString();
}
