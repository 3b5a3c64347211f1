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

/** A table of vectors, picked by index. */
export const embedding = /* @__PURE__ */ withLayers(make.embedding);

/** y = x W^T + b. */
export const linear = /* @__PURE__ */ withLayers(make.linear);

/** y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis. */
export const layerNorm = /* @__PURE__ */ withLayers(make.layerNorm);

/** Zeros at random places in training, by a seed; in inference nothing changes. */
export const dropout = /* @__PURE__ */ withLayers(make.dropout);

/**
 * A long short-term memory layer. One with a projection, peepholes, clip, coupled gates or other activations needs an
 * instance of softcell/full, and throws Error for another.
 */
export const lstm = /* @__PURE__ */ withLayers(make.lstm);

/** One step of an LSTM, for loops of one's own. Throws as lstm. */
export const lstmCell = /* @__PURE__ */ withLayers(make.lstmCell);

/** Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay. */
export const sgd = /* @__PURE__ */ withLayers(make.sgd);

/** Adam, with weight decay by the gradient; AMSGrad with `amsgrad`. */
export const adam = /* @__PURE__ */ withLayers(make.adam);

/** Adam with decoupled weight decay. */
export const adamW = /* @__PURE__ */ withLayers(make.adamW);

/** RMSProp, centered or not, with momentum. */
export const rmsprop = /* @__PURE__ */ withLayers(make.rmsprop);

/**
 * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before.
 * The norm is the Euclidean one, or another by `normType`.
 */
export const clipGradNorm = /* @__PURE__ */ withLayers(make.clipGradNorm);

/** Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN. */
export const clipGradValue = /* @__PURE__ */ withLayers(make.clipGradValue);
