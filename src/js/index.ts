/**
 * All kernels of the fallback, and the backend that they are where nothing can be loaded later.
 *
 * @module softcell/js
 */
import type { Backend } from "../contract.js";
import { argmax } from "./alternatives/argmax.js";
import { addGumbel } from "./alternatives/gumbel.js";
import { standardNormalize, standardNormalizeBackward } from "./alternatives/normalize.js";
import { quadraticSoftmax, quadraticSoftmaxBackward } from "./alternatives/quadratic.js";
import { sparsemax, sparsemaxBackward } from "./alternatives/sparsemax.js";
import { expWeights } from "./alternatives/weights.js";
import { createJsBackend, type KernelsOnMemory } from "./backend.js";
import { gemm, gemv } from "./gemm/gemm.js";
import { columnSums, gemmTN } from "./gemm/gemmtn.js";
import { pack, packTransposed } from "./gemm/pack.js";
import { dropout } from "./layers/dropout.js";
import { layerNorm, layerNormBackward } from "./layers/layernorm.js";
import { bceWithLogits } from "./losses/bce.js";
import { entropy } from "./losses/entropy.js";
import { focal, sigmoidFocal } from "./losses/focal.js";
import { hinge } from "./losses/hinge.js";
import { klDivergence } from "./losses/kldivergence.js";
import { mse } from "./losses/mse.js";
import { multiMargin } from "./losses/multimargin.js";
import { nll } from "./losses/nll.js";
import { lstmBackward } from "./lstm/backward.js";
import { lstmForward } from "./lstm/forward.js";
import { lstmPack, lstmPackTransposed } from "./lstm/pack.js";
import {
  eluBackward, expBackward, expm1Backward, hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward,
  logBackward, logSigmoidBackward, preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward,
  softsignBackward, tanhBackward,
} from "./math/backward.js";
import {
  elu, exp, expm1, hardSigmoid, hardTanh, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus,
  softsign, tanh,
} from "./math/map.js";
import { copySteps } from "./recurrent/copy.js";
import { softmaxColumns } from "./rows/columns.js";
import { crossEntropy, crossEntropyProbabilities } from "./rows/crossentropy.js";
import { logSoftmax, logSoftmaxBackward } from "./rows/logsoftmax.js";
import { logSumExp, logSumExpBackward } from "./rows/logsumexp.js";
import { addMask } from "./rows/mask.js";
import { scale } from "./rows/scale.js";
import { softmax, softmaxBackward } from "./rows/softmax.js";
import { transpose } from "./rows/transpose.js";
import { probeMadd } from "./simd.js";
import { adam } from "./train/adam.js";
import { sumSquares } from "./train/clip.js";
import { embedding, embeddingBackward } from "./train/embedding.js";
import { flush } from "./train/flush.js";
import { rmsprop } from "./train/rmsprop.js";
import { sgd } from "./train/sgd.js";

/** Every kernel by its name in src/contract.ts, on a memory that it is given. */
export const kernels: KernelsOnMemory = {
  probeMadd, softmax, softmaxBackward, softmaxColumns, logSoftmax, logSoftmaxBackward, logSumExp, logSumExpBackward,
  crossEntropy, crossEntropyProbabilities, addMask, transpose, scale,

  dropout, layerNorm, layerNormBackward, lstmPack, lstmPackTransposed, copySteps, lstmForward, lstmBackward, hardTanh,
  embedding, embeddingBackward, sumSquares, flush, sgd, adam, rmsprop,
  argmax, addGumbel, standardNormalize, standardNormalizeBackward, quadraticSoftmax, quadraticSoftmaxBackward,
  sparsemax, sparsemaxBackward, expWeights, gemm, gemv, columnSums, gemmTN, pack, packTransposed, bceWithLogits,
  entropy, focal, sigmoidFocal, hinge, klDivergence, mse, multiMargin, nll, eluBackward, expBackward, expm1Backward,
  hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward, logBackward, logSigmoidBackward,
  preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward, softsignBackward, tanhBackward, elu,
  exp, expm1, hardSigmoid, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus, softsign, tanh,
};

/**
 * The JavaScript backend, for `initSync({ fallback })`: the bits of `strict`, no WebAssembly. Sizes in pages of 64 KiB.
 *
 * @example
 * const sc = initSync({ backend: "js", fallback });
 * sc.backend; // js
 */
export function fallback(initial: number, maximum: number): Backend {
  return createJsBackend(kernels, initial, maximum);
}
