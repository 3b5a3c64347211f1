import type { Dropout, DropoutOptions } from "../layers/dropout.js";
import type { Embedding, EmbeddingOptions } from "../layers/embedding.js";
import type { Layer } from "../layers/layer.js";
import type { LayerNorm, LayerNormOptions } from "../layers/layer-norm.js";
import type { Linear, LinearOptions } from "../layers/linear.js";
import type { Lstm } from "../layers/lstm.js";
import type { LstmCell } from "../layers/lstm-cell.js";
import type { LstmCellOptions, LstmOptions } from "../layers/lstm-options.js";
import * as make from "../make.js";
import type { Adam, AdamOptions } from "../train/adam.js";
import type { ClipGradNormOptions } from "../train/clip.js";
import type { Rmsprop, RmspropOptions } from "../train/rmsprop.js";
import type { Sgd, SgdOptions } from "../train/sgd.js";
import { InitializersApi } from "./initializers.js";

/** All functions, layers and optimisers as methods. */
export class FullSoftcell extends InitializersApi {
  /** A table of vectors, picked by index. */
  embedding(options: EmbeddingOptions): Embedding {
    return make.embedding(this, options);
  }

  /** y = x W^T + b. */
  linear(options: LinearOptions): Linear {
    return make.linear(this, options);
  }

  /** y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis. */
  layerNorm(options: LayerNormOptions): LayerNorm {
    return make.layerNorm(this, options);
  }

  /** Zeros at random places in training, by a seed; in inference nothing changes. */
  dropout(options: DropoutOptions = {}): Dropout {
    return make.dropout(this, options);
  }

  /** A long short-term memory layer. */
  lstm(options: LstmOptions): Lstm {
    return make.lstm(this, options);
  }

  /** One step of an LSTM, for loops of one's own. */
  lstmCell(options: LstmCellOptions): LstmCell {
    return make.lstmCell(this, options);
  }

  /** Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay. */
  sgd(layers: readonly Layer[] | Layer, options: SgdOptions): Sgd {
    return make.sgd(this, layers, options);
  }

  /** Adam, with weight decay by the gradient; AMSGrad with `amsgrad`. */
  adam(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return make.adam(this, layers, options);
  }

  /** Adam with decoupled weight decay. */
  adamW(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return make.adamW(this, layers, options);
  }

  /** RMSProp, centered or not, with momentum. */
  rmsprop(layers: readonly Layer[] | Layer, options: RmspropOptions = {}): Rmsprop {
    return make.rmsprop(this, layers, options);
  }

  /**
   * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before.
   * The norm is the Euclidean one, or another by `normType`.
   */
  clipGradNorm(layers: readonly Layer[] | Layer, maxNorm: number, options?: ClipGradNormOptions): number {
    return make.clipGradNorm(this, layers, maxNorm, options);
  }

  /** Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN. */
  clipGradValue(layers: readonly Layer[] | Layer, value: number): void {
    make.clipGradValue(this, layers, value);
  }
}
