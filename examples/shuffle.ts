import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Fisher and Yates, in place. */
export function shuffle<T>(items: T[], generator: RandomGenerator): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    [items[i], items[j]] = [items[j], items[i]];
  }
}
