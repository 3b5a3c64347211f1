// Weights by way of safetensors: from a file, and into a second model that must be the first one, bit for bit.
import { readFileSync } from "node:fs";
import { type Corpus, makeBatch } from "./data.js";
import type { NameModel } from "./model.js";

/** Throws Error, with the name of the file, for one that is missing or holds something else. */
export function loadFile(model: NameModel, file: string): void {
  try {
    model.load(new Uint8Array(readFileSync(file)));
  } catch (error) {
    throw new Error(`"--load" expected a file of weights, got ${file}: ${(error as Error).message}`);
  }
}

/**
 * The logits of the held-out names, by the model from whole names and by its copy from a stream, character by character.
 * Returns their number; throws Error where a bit differs.
 */
export function sameLogits(model: NameModel, copy: NameModel, { heldOut, alphabet }: Corpus): number {
  let compared = 0;
  for (const name of heldOut) {
    const batch = makeBatch([name], alphabet);
    const whole = Buffer.from(model.logits(batch, false).data.slice().buffer);
    const stream = copy.stream();
    const streamed = Buffer.concat([...batch.ids].map((id) => Buffer.from(copy.step(stream, id).data.slice().buffer)));
    stream.dispose();
    if (!whole.equals(streamed))
      throw new Error(`expected the same logits of "${name}" from the loaded model, streaming`);
    compared += whole.length / 4;
  }
  return compared;
}
