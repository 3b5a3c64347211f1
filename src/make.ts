// Layers, optimisers and clipping for an instance: what the methods of softcell/full and the functions of factories.ts are.
import type { Softcell } from "./api/softcell.js";
import { Dropout, type DropoutOptions } from "./layers/dropout.js";
import { Embedding, type EmbeddingOptions } from "./layers/embedding.js";
import type { Layer } from "./layers/layer.js";
import { LayerNorm, type LayerNormOptions } from "./layers/layer-norm.js";
import { Linear, type LinearOptions } from "./layers/linear.js";
import { Lstm } from "./layers/lstm.js";
import { LstmCell } from "./layers/lstm-cell.js";
import type { LstmCellOptions, LstmOptions } from "./layers/lstm-options.js";
import { Adam, type AdamOptions } from "./train/adam.js";
import { type ClipGradNormOptions, clipGradNorm as clipNorm, clipGradValue as clipValue } from "./train/clip.js";
import { randomOf } from "./train/random.js";
import { Rmsprop, type RmspropOptions } from "./train/rmsprop.js";
import { Sgd, type SgdOptions } from "./train/sgd.js";

type Layers = readonly Layer[] | Layer;

export function embedding(sc: Softcell, options: EmbeddingOptions): Embedding {
  return new Embedding(sc.heap, randomOf(sc), options);
}

export function linear(sc: Softcell, options: LinearOptions): Linear {
  return new Linear(sc.heap, randomOf(sc), options);
}

export function layerNorm(sc: Softcell, options: LayerNormOptions): LayerNorm {
  return new LayerNorm(sc.heap, options);
}

export function dropout(sc: Softcell, options: DropoutOptions = {}): Dropout {
  return new Dropout(sc.heap, randomOf(sc), options);
}

export function lstm(sc: Softcell, options: LstmOptions): Lstm {
  return new Lstm(sc.heap, randomOf(sc), options);
}

export function lstmCell(sc: Softcell, options: LstmCellOptions): LstmCell {
  return new LstmCell(sc.heap, randomOf(sc), options);
}

export function sgd(sc: Softcell, layers: Layers, options: SgdOptions): Sgd {
  return new Sgd(sc.heap, layers, options);
}

export function adam(sc: Softcell, layers: Layers, options: AdamOptions = {}): Adam {
  return new Adam(sc.heap, layers, options, false);
}

export function adamW(sc: Softcell, layers: Layers, options: AdamOptions = {}): Adam {
  return new Adam(sc.heap, layers, options, true);
}

export function rmsprop(sc: Softcell, layers: Layers, options: RmspropOptions = {}): Rmsprop {
  return new Rmsprop(sc.heap, layers, options);
}

export function clipGradNorm(sc: Softcell, layers: Layers, maxNorm: number, options?: ClipGradNormOptions): number {
  return clipNorm(sc.heap, layers, maxNorm, options);
}

export function clipGradValue(sc: Softcell, layers: Layers, value: number): void {
  clipValue(sc.heap, layers, value);
}
