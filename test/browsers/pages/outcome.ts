// What a page, a worker or a worklet tells of itself.
import * as softcell from "softcell";
import { type Outcome, train } from "../../hosts/training.js";

export type Told = Outcome | { error: string };

/** Trains, by the entry as it is or with another init(). */
export async function outcome(
  init: typeof softcell.init = softcell.init,
  modules?: Parameters<typeof train>[1],
): Promise<Told> {
  return train({ ...softcell, init }, modules).catch((error) => ({ error: `${error}` }));
}
