/**
 * All kernels of the twin, and the backend that they are where nothing can be loaded later.
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
import { bceWithLogits } from "./losses/bce.js";
import { entropy } from "./losses/entropy.js";
import { focal, sigmoidFocal } from "./losses/focal.js";
import { hinge } from "./losses/hinge.js";
import { klDivergence } from "./losses/kldivergence.js";
import { mse } from "./losses/mse.js";
import { multiMargin } from "./losses/multimargin.js";
import { nll } from "./losses/nll.js";
import {
  eluBackward, expBackward, expm1Backward, hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward,
  logBackward, logSigmoidBackward, preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward,
  softsignBackward, tanhBackward,
} from "./math/backward.js";
import {
  elu, exp, expm1, hardSigmoid, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus, softsign,
  tanh,
} from "./math/map.js";
import { kernels as layers } from "./parts/layers.js";
import { kernels as rows } from "./parts/rows.js";

/** Every kernel by its name in src/contract.ts, on a memory that it is given. */
export const kernels: KernelsOnMemory = {
  ...rows, ...layers,
  argmax, addGumbel, standardNormalize, standardNormalizeBackward, quadraticSoftmax, quadraticSoftmaxBackward,
  sparsemax, sparsemaxBackward, expWeights, gemm, gemv, columnSums, gemmTN, bceWithLogits,
  entropy, focal, sigmoidFocal, hinge, klDivergence, mse, multiMargin, nll, eluBackward, expBackward, expm1Backward,
  hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward, logBackward, logSigmoidBackward,
  preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward, softsignBackward, tanhBackward, elu,
  exp, expm1, hardSigmoid, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus, softsign, tanh,
};

/**
 * The JavaScript backend, for `initSync({ twin })`: the bits of `strict`, no WebAssembly. Sizes in pages of 64 KiB.
 *
 * @example
 * const sc = initSync({ backend: "js", twin });
 * sc.backend; // js
 */
export function twin(initial: number, maximum: number): Backend {
  return createJsBackend([kernels], initial, maximum);
}
