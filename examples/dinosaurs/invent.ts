import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Corpus } from "./data.js";
import type { NameModel } from "./model.js";

/** Names that are not in the data, each once. Gives up after a hundred tries for each. */
export function invent(
  model: NameModel,
  { train, heldOut }: Corpus,
  { names, temperature, seed }: { names: number; temperature: number; seed: number },
): string[] {
  const known = new Set([...train, ...heldOut]);
  const generator = xoroshiro128plus(seed);
  const invented = new Set<string>();
  for (let tries = 0; invented.size < names && tries < 100 * names; tries++) {
    const name = model.sample(temperature, generator);
    if (name && !known.has(name)) invented.add(name);
  }
  return [...invented];
}
