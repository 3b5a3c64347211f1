// Layers, optimisers and clipping as functions of an instance. What is not imported leaves no code in a bundle, and no
// kernels in the instance: each is made by a call that may be left out.
import { Softcell } from "./api/softcell.js";
import * as check from "./check.js";
import * as make from "./make.js";
import { LAYERS, wanted } from "./parts.js";

/** Makes init() load the kernels of layers from now on, and refuses an instance without them. */
function withLayers<F extends (sc: Softcell, ...rest: never[]) => unknown>(make: F): F {
  wanted.add(LAYERS);
  return ((sc: Softcell, ...rest: never[]) => {
    if (!(sc instanceof Softcell)) throw new TypeError(`"sc" expected what init() gives, got ${check.show(sc)}`);
    sc.heap.needs("lstmForward", "layers expected an init() after their import, or that of softcell/full");
    return make(sc, ...rest);
  }) as F;
}

/**
 * A table of vectors, picked by index: torch.nn.Embedding. Throws TypeError for a wrong kind, RangeError for a wrong
 * value.
 *
 * @function
 *
 * @example
 * const table = embedding(sc, { numEmbeddings: 10, embeddingDim: 4 });
 * table.forward(Int32Array.of(3, 3)).shape; // 2, 4
 */
export const embedding = /* @__PURE__ */ withLayers(make.embedding);

/**
 * y = x W^T + b over the last axis: torch.nn.Linear. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 3, outFeatures: 2 });
 * layer.forward(Float32Array.of(1, 2, 3)).shape; // 1, 2
 */
export const linear = /* @__PURE__ */ withLayers(make.linear);

/**
 * y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis: torch.nn.LayerNorm (arXiv 1607.06450). Throws
 * TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const norm = layerNorm(sc, { normalizedShape: 3, eps: 0 });
 * norm.forward(Float32Array.of(1, 2, 3)).data; // -1.2247, 0, 1.2247
 */
export const layerNorm = /* @__PURE__ */ withLayers(make.layerNorm);

/**
 * Zeros at random places in training, by a seed, and the rest divided by 1 - p; in inference nothing changes:
 * torch.nn.Dropout. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const drop = dropout(sc, { p: 0.5, seed: 1 });
 * drop.forward(Float32Array.of(1, 1, 1, 1)).data; // 0, 2, 0, 0
 */
export const dropout = /* @__PURE__ */ withLayers(make.dropout);

/**
 * A long short-term memory layer: torch.nn.LSTM, with the options of ONNX and Keras. One with a projection, peepholes,
 * clip, coupled gates or other activations needs an instance of softcell/full, and throws Error for another. Throws
 * TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3, bidirectional: true });
 * layer.forward(new Float32Array(10), { batch: 1 }).output.shape; // 5, 1, 6
 */
export const lstm = /* @__PURE__ */ withLayers(make.lstm);

/**
 * One step of an LSTM, for loops of one's own: torch.nn.LSTMCell. With such options it throws as lstm. Throws TypeError
 * for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const cell = lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
 * cell.forward(Float32Array.of(1, -1)).h.shape; // 1, 3
 */
export const lstmCell = /* @__PURE__ */ withLayers(make.lstmCell);

/**
 * Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay: torch.optim.SGD.
 * Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = sgd(sc, layer, { lr: 0.1, momentum: 0.9 });
 * optimizer.step();
 */
export const sgd = /* @__PURE__ */ withLayers(make.sgd);

/**
 * Adam (arXiv 1412.6980), with weight decay by the gradient; AMSGrad with `amsgrad`: torch.optim.Adam. Throws TypeError
 * for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam(sc, layer, { lr: 0.01 });
 * optimizer.step();
 */
export const adam = /* @__PURE__ */ withLayers(make.adam);

/**
 * Adam with decoupled weight decay (arXiv 1711.05101): torch.optim.AdamW. Throws TypeError for a wrong kind, RangeError
 * for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adamW(sc, layer, { lr: 0.01, weightDecay: 0.1 });
 * optimizer.step();
 */
export const adamW = /* @__PURE__ */ withLayers(make.adamW);

/**
 * RMSProp, centered or not, with momentum: torch.optim.RMSprop. Throws TypeError for a wrong kind, RangeError for a
 * wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = rmsprop(sc, layer, { lr: 0.01, centered: true });
 * optimizer.step();
 */
export const rmsprop = /* @__PURE__ */ withLayers(make.rmsprop);

/**
 * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before:
 * torch.nn.utils.clip_grad_norm_. The norm is the Euclidean one, or another by `normType`. Throws TypeError for a wrong
 * kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * layer.params.weight.grad.set([3, 4]);
 * clipGradNorm(sc, layer, 1); // 5
 */
export const clipGradNorm = /* @__PURE__ */ withLayers(make.clipGradNorm);

/**
 * Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN:
 * torch.nn.utils.clip_grad_value_. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @function
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * layer.params.weight.grad.set([3, -4]);
 * clipGradValue(sc, layer, 0.5);
 * layer.params.weight.grad; // 0.5, -0.5
 */
export const clipGradValue = /* @__PURE__ */ withLayers(make.clipGradValue);
