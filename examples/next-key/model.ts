// embedding -> LSTM -> fc, with the names that a torch.nn.Module of these three has in its state dict.
import { fileURLToPath } from "node:url";
import {
  type Embedding,
  embedding,
  type Linear,
  type Lstm,
  linear,
  loadSafetensors,
  lstm,
  type Softcell,
  saveSafetensors,
} from "softcell";
import { KEYS } from "./keys.js";

/** The weights that pretrain.ts writes. */
export const BASE = fileURLToPath(new URL("base.safetensors", import.meta.url));
export const HIDDEN = 80;
const EMBEDDING = 16;

export interface KeyModel {
  embedding: Embedding;
  lstm: Lstm;
  fc: Linear;
}

export function createModel(sc: Softcell): KeyModel {
  return {
    embedding: embedding(sc, { numEmbeddings: KEYS.length, embeddingDim: EMBEDDING }),
    lstm: lstm(sc, { inputSize: EMBEDDING, hiddenSize: HIDDEN }),
    fc: linear(sc, { inFeatures: HIDDEN, outFeatures: KEYS.length }),
  };
}

/** As safetensors.torch.save_file(module.state_dict(), file). */
export function modelToBytes(model: KeyModel): Uint8Array {
  return saveSafetensors({ ...model }, { metadata: { format: "pt" } });
}

/** Throws RangeError where the file holds something else than the weights of such a module. */
export function modelFromBytes(sc: Softcell, bytes: Uint8Array): KeyModel {
  const model = createModel(sc);
  model.embedding.loadStateDict(loadSafetensors(bytes, { prefix: "embedding." }));
  model.lstm.loadStateDict(loadSafetensors(bytes, { prefix: "lstm." }));
  model.fc.loadStateDict(loadSafetensors(bytes, { prefix: "fc." }));
  return model;
}
