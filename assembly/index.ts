// The exports of the module, and nothing else: the kernels of src/contract.ts.
export * from "./parts/rows";
export * from "./parts/layers";
export {
  elu, exp, expm1, hardSigmoid, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus,
  softsign, tanh,
} from "./math/map";
export {
  eluBackward, expBackward, expm1Backward, hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward,
  logBackward, logSigmoidBackward, preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward,
  softsignBackward, tanhBackward,
} from "./math/backward";
export { bceWithLogits } from "./losses/bce";
export { entropy } from "./losses/entropy";
export { focal, sigmoidFocal } from "./losses/focal";
export { hinge } from "./losses/hinge";
export { klDivergence } from "./losses/kldivergence";
export { mse } from "./losses/mse";
export { multiMargin } from "./losses/multimargin";
export { nll } from "./losses/nll";
export { standardNormalize, standardNormalizeBackward } from "./alternatives/normalize";
export { quadraticSoftmax, quadraticSoftmaxBackward } from "./alternatives/quadratic";
export { sparsemax, sparsemaxBackward } from "./alternatives/sparsemax";
export { argmax } from "./alternatives/argmax";
export { addGumbel } from "./alternatives/gumbel";
export { expWeights } from "./alternatives/weights";
export { gemm, gemv } from "./gemm/gemm";
export { columnSums, gemmTN } from "./gemm/gemmtn";
