import type { Word } from "./data.js";

/** Says the class of each word. */
export type Classifier = (words: readonly Word[]) => Int32Array;

/** All n-grams of 1 to `longest` characters, with marks where the word begins and ends. */
export function nGrams({ spelling }: Word, longest: number): string[] {
  const text = `<${spelling}>`;
  const grams: string[] = [];
  for (let n = 1; n <= longest; n++) for (let i = 0; i + n <= text.length; i++) grams.push(text.slice(i, i + n));
  return grams;
}
