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

/**
 * All functions, layers and optimisers as methods, on one linear memory.
 *
 * Arrays: a Float32Array in gives a new Float32Array out, a Tensor in gives a Tensor out without a copy, and `out`
 * takes the result where it is given. Losses come with their gradients; "row" is what lies along the axis. Tensors that
 * layers return and views that streams return are live: the next call of the layer or stream overwrites them.
 *
 * Errors: TypeError for a wrong kind, RangeError for a wrong size or value or an unknown option, Error for a
 * wrong state, as after dispose(); after an error nothing has changed. docs/accuracy.md has the bounds of errors.
 */
export class FullSoftcell extends InitializersApi {
  /**
   * A table of vectors, picked by index: torch.nn.Embedding. Throws TypeError for a wrong kind, RangeError for a wrong
   * value.
   *
   * @example
   * const table = sc.embedding({ numEmbeddings: 10, embeddingDim: 4 });
   * table.forward(Int32Array.of(3, 3)).shape; // 2, 4
   */
  embedding(options: EmbeddingOptions): Embedding {
    return make.embedding(this, options);
  }

  /**
   * y = x W^T + b over the last axis: torch.nn.Linear. Throws TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 3, outFeatures: 2 });
   * layer.forward(Float32Array.of(1, 2, 3)).shape; // 1, 2
   */
  linear(options: LinearOptions): Linear {
    return make.linear(this, options);
  }

  /**
   * y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis: torch.nn.LayerNorm (arXiv 1607.06450).
   * Throws TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const norm = sc.layerNorm({ normalizedShape: 3, eps: 0 });
   * norm.forward(Float32Array.of(1, 2, 3)).data; // -1.2247, 0, 1.2247
   */
  layerNorm(options: LayerNormOptions): LayerNorm {
    return make.layerNorm(this, options);
  }

  /**
   * Zeros at random places in training, by a seed, and the rest divided by 1 - p; in inference nothing changes:
   * torch.nn.Dropout. Throws TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const drop = sc.dropout({ p: 0.5, seed: 1 });
   * drop.forward(Float32Array.of(1, 1, 1, 1)).data; // 0, 2, 0, 0
   */
  dropout(options: DropoutOptions = {}): Dropout {
    return make.dropout(this, options);
  }

  /**
   * A long short-term memory layer: torch.nn.LSTM, with the options of ONNX and Keras. Throws TypeError for a wrong
   * kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.lstm({ inputSize: 2, hiddenSize: 3, bidirectional: true });
   * layer.forward(new Float32Array(10), { batch: 1 }).output.shape; // 5, 1, 6
   */
  lstm(options: LstmOptions): Lstm {
    return make.lstm(this, options);
  }

  /**
   * One step of an LSTM, for loops of one's own: torch.nn.LSTMCell. Throws TypeError for a wrong kind, RangeError for a
   * wrong value.
   *
   * @example
   * const cell = sc.lstmCell({ inputSize: 2, hiddenSize: 3 });
   * cell.forward(Float32Array.of(1, -1)).h.shape; // 1, 3
   */
  lstmCell(options: LstmCellOptions): LstmCell {
    return make.lstmCell(this, options);
  }

  /**
   * Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay: torch.optim.SGD.
   * Throws TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * const optimizer = sc.sgd(layer, { lr: 0.1, momentum: 0.9 });
   * optimizer.step();
   */
  sgd(layers: readonly Layer[] | Layer, options: SgdOptions): Sgd {
    return make.sgd(this, layers, options);
  }

  /**
   * Adam (arXiv 1412.6980), with weight decay by the gradient; AMSGrad with `amsgrad`: torch.optim.Adam. Throws
   * TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * const optimizer = sc.adam(layer, { lr: 0.01 });
   * optimizer.step();
   */
  adam(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return make.adam(this, layers, options);
  }

  /**
   * Adam with decoupled weight decay (arXiv 1711.05101): torch.optim.AdamW. Throws TypeError for a wrong kind,
   * RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * const optimizer = sc.adamW(layer, { lr: 0.01, weightDecay: 0.1 });
   * optimizer.step();
   */
  adamW(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return make.adamW(this, layers, options);
  }

  /**
   * RMSProp, centered or not, with momentum: torch.optim.RMSprop. Throws TypeError for a wrong kind, RangeError for a
   * wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * const optimizer = sc.rmsprop(layer, { lr: 0.01, centered: true });
   * optimizer.step();
   */
  rmsprop(layers: readonly Layer[] | Layer, options: RmspropOptions = {}): Rmsprop {
    return make.rmsprop(this, layers, options);
  }

  /**
   * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before:
   * torch.nn.utils.clip_grad_norm_. The norm is the Euclidean one, or another by `normType`. Throws TypeError for a
   * wrong kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.params.weight.grad.set([3, 4]);
   * sc.clipGradNorm(layer, 1); // 5
   * layer.params.weight.grad; // 0.6, 0.8
   */
  clipGradNorm(layers: readonly Layer[] | Layer, maxNorm: number, options?: ClipGradNormOptions): number {
    return make.clipGradNorm(this, layers, maxNorm, options);
  }

  /**
   * Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN:
   * torch.nn.utils.clip_grad_value_. Throws TypeError for a wrong kind, RangeError for a wrong value.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.params.weight.grad.set([3, -4]);
   * sc.clipGradValue(layer, 0.5);
   * layer.params.weight.grad; // 0.5, -0.5
   */
  clipGradValue(layers: readonly Layer[] | Layer, value: number): void {
    make.clipGradValue(this, layers, value);
  }
}
