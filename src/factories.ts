// Layers, optimisers and clipping for an instance of either entry. What is not imported leaves no code in a bundle, and
// no kernels in the instance: each is made by a call that may be left out.
import { Softcell } from "./api/softcell.js";
import * as check from "./check.js";
import { Dropout, type DropoutOptions } from "./layers/dropout.js";
import { Embedding, type EmbeddingOptions } from "./layers/embedding.js";
import type { Layer } from "./layers/layer.js";
import { LayerNorm, type LayerNormOptions } from "./layers/layer-norm.js";
import { Linear, type LinearOptions } from "./layers/linear.js";
import { Lstm } from "./layers/lstm.js";
import { LstmCell } from "./layers/lstm-cell.js";
import type { LstmCellOptions, LstmOptions } from "./layers/lstm-options.js";
import { LAYERS, wanted } from "./parts.js";
import { Adam, type AdamOptions } from "./train/adam.js";
import { type ClipGradNormOptions, clipGradNorm as clipNorm, clipGradValue as clipValue } from "./train/clip.js";
import { Rmsprop, type RmspropOptions } from "./train/rmsprop.js";
import { Sgd, type SgdOptions } from "./train/sgd.js";

type Layers = readonly Layer[] | Layer;

/** Makes init() load the kernels of layers from now on, and refuses an instance without them. */
function withLayers<F extends (sc: Softcell, ...rest: never[]) => unknown>(make: F): F {
  wanted.add(LAYERS);
  return ((sc: Softcell, ...rest: never[]) => {
    if (!(sc instanceof Softcell)) throw new TypeError(`"sc" expected what init() gives, got ${check.show(sc)}`);
    sc.heap.needs("lstmForward", "layers expected an init() after their import, or that of softcell/full");
    return make(sc, ...rest);
  }) as F;
}

/** A table of vectors, picked by index. */
export const embedding = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: EmbeddingOptions): Embedding => new Embedding(sc.heap, sc.random, options),
);

/** y = x W^T + b. */
export const linear = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: LinearOptions): Linear => new Linear(sc.heap, sc.random, options),
);

/** y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis. */
export const layerNorm = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: LayerNormOptions): LayerNorm => new LayerNorm(sc.heap, options),
);

/** Zeros at random places in training, by a seed; in inference nothing changes. */
export const dropout = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: DropoutOptions = {}): Dropout => new Dropout(sc.heap, sc.random, options),
);

/**
 * A long short-term memory layer. One with a projection, peepholes, clip, coupled gates or other activations needs an
 * instance of softcell/full, and throws Error for another.
 */
export const lstm = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: LstmOptions): Lstm => new Lstm(sc.heap, sc.random, options),
);

/** One step of an LSTM, for loops of one's own. Throws as lstm. */
export const lstmCell = /* @__PURE__ */ withLayers(
  (sc: Softcell, options: LstmCellOptions): LstmCell => new LstmCell(sc.heap, sc.random, options),
);

/** Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay. */
export const sgd = /* @__PURE__ */ withLayers(
  (sc: Softcell, layers: Layers, options: SgdOptions): Sgd => new Sgd(sc.heap, layers, options),
);

/** Adam, with weight decay by the gradient; AMSGrad with `amsgrad`. */
export const adam = /* @__PURE__ */ withLayers(
  (sc: Softcell, layers: Layers, options: AdamOptions = {}): Adam => new Adam(sc.heap, layers, options, false),
);

/** Adam with decoupled weight decay. */
export const adamW = /* @__PURE__ */ withLayers(
  (sc: Softcell, layers: Layers, options: AdamOptions = {}): Adam => new Adam(sc.heap, layers, options, true),
);

/** RMSProp, centered or not, with momentum. */
export const rmsprop = /* @__PURE__ */ withLayers(
  (sc: Softcell, layers: Layers, options: RmspropOptions = {}): Rmsprop => new Rmsprop(sc.heap, layers, options),
);

/**
 * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before.
 * The norm is the Euclidean one, or another by `normType`.
 */
export const clipGradNorm = /* @__PURE__ */ withLayers(
  (sc: Softcell, layers: Layers, maxNorm: number, options?: ClipGradNormOptions): number =>
    clipNorm(sc.heap, layers, maxNorm, options),
);

/** Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN. */
export const clipGradValue = /* @__PURE__ */ withLayers((sc: Softcell, layers: Layers, value: number): void =>
  clipValue(sc.heap, layers, value),
);
