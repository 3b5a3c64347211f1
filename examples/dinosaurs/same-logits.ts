// The weights, by way of safetensors into a second model, must make the first one again, bit for bit.
import { type Corpus, makeBatch } from "./data.js";
import type { NameModel } from "./model.js";

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
