// The kernels of `strict` come in parts, each a module of WebAssembly as text, on one memory: what a bundle does not import
// leaves no kernels in it, and a part is compiled when it is first used. A part has a file of assembly/parts/. Imports keep
// what is alike within 32 KB, where gzip finds it again: all parts together take 1.4 KB less than in the order of names.
// biome-ignore-all assist/source/organizeImports: see above
import type { KernelName } from "../contract.js";
import { binary as tiles } from "./binaries/tiles.js";
import { binary as softmax } from "./binaries/softmax.js";
import { binary as logSumExp } from "./binaries/logsumexp.js";
import { binary as rowLosses } from "./binaries/row-losses.js";
import { binary as elementLosses } from "./binaries/element-losses.js";
import { binary as choose } from "./binaries/choose.js";
import { binary as alternatives } from "./binaries/alternatives.js";
import { binary as dropout } from "./binaries/dropout.js";
import { binary as layerNorm } from "./binaries/layernorm.js";
import { binary as adam } from "./binaries/adam.js";
import { binary as rmsprop } from "./binaries/rmsprop.js";
import { binary as sgd } from "./binaries/sgd.js";
import { binary as clip } from "./binaries/clip.js";
import { binary as piecewise } from "./binaries/piecewise.js";
import { binary as elementary } from "./binaries/elementary.js";
import { binary as elementaryBackward } from "./binaries/elementary-backward.js";
import { binary as probe } from "./binaries/probe.js";
import { binary as linear } from "./binaries/linear.js";
import { binary as lstm } from "./binaries/lstm.js";
import { binary as embedding } from "./binaries/embedding.js";

/** Some kernels of the contract. */
export interface Part {
  /** A bit of its own: see Heap.linked. */
  readonly bit: number;
  /** One of its kernels, by which a binary that has them all is known. */
  readonly kernel: KernelName;
  /** Its module, for decode(). */
  readonly text: string;
}

const part = (index: number, kernel: KernelName, text: string): Part => ({ bit: 1 << index, kernel, text });

/** What the self-test runs. */
export const PROBE = /* @__PURE__ */ part(0, "probeMadd", probe);
/** Masks and rows along another axis. */
export const TILES = /* @__PURE__ */ part(1, "transpose", tiles);
export const SOFTMAX = /* @__PURE__ */ part(2, "softmax", softmax);
/** log-softmax and cross-entropy, too. */
export const LOG_SUM_EXP = /* @__PURE__ */ part(3, "logSumExp", logSumExp);
/** argmax, and what draws. */
export const CHOOSE = /* @__PURE__ */ part(4, "argmax", choose);
export const ALTERNATIVES = /* @__PURE__ */ part(5, "sparsemax", alternatives);
export const ELEMENTARY = /* @__PURE__ */ part(6, "sigmoid", elementary);
export const ELEMENTARY_BACKWARD = /* @__PURE__ */ part(7, "sigmoidBackward", elementaryBackward);
/** Functions of pieces that are lines, with their gradients. */
export const PIECEWISE = /* @__PURE__ */ part(8, "relu", piecewise);
export const ELEMENT_LOSSES = /* @__PURE__ */ part(9, "mse", elementLosses);
export const ROW_LOSSES = /* @__PURE__ */ part(10, "nll", rowLosses);
/** Products of matrices. */
export const LINEAR = /* @__PURE__ */ part(11, "gemm", linear);
export const EMBEDDING = /* @__PURE__ */ part(12, "embedding", embedding);
export const LAYER_NORM = /* @__PURE__ */ part(13, "layerNorm", layerNorm);
export const DROPOUT = /* @__PURE__ */ part(14, "dropout", dropout);
export const LSTM = /* @__PURE__ */ part(15, "lstmForward", lstm);
export const SGD = /* @__PURE__ */ part(16, "sgd", sgd);
export const ADAM = /* @__PURE__ */ part(17, "adam", adam);
export const RMSPROP = /* @__PURE__ */ part(18, "rmsprop", rmsprop);
export const CLIP = /* @__PURE__ */ part(19, "sumSquares", clip);
