// The exports of the module, and nothing else: the kernels of src/contract.ts.
export { probeMadd } from "./simd";
export {
  elu, exp, expm1, hardSigmoid, hardTanh, leakyRelu, log, log1p, logSigmoid, prelu, relu, sigmoid, silu, softplus,
  softsign, tanh,
} from "./math/map";
export {
  eluBackward, expBackward, expm1Backward, hardSigmoidBackward, hardTanhBackward, leakyReluBackward, log1pBackward,
  logBackward, logSigmoidBackward, preluBackward, reluBackward, sigmoidBackward, siluBackward, softplusBackward,
  softsignBackward, tanhBackward,
} from "./math/backward";
export { softmax, softmaxBackward } from "./rows/softmax";
export { softmaxColumns } from "./rows/columns";
export { logSoftmax, logSoftmaxBackward } from "./rows/logsoftmax";
export { logSumExp, logSumExpBackward } from "./rows/logsumexp";
export { crossEntropy, crossEntropyProbabilities } from "./rows/crossentropy";
export { addMask } from "./rows/mask";
export { transpose } from "./rows/transpose";
export { scale } from "./rows/scale";
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
export { pack, packTransposed } from "./gemm/pack";
export { gemm, gemv } from "./gemm/gemm";
export { linearBackward, linearForward } from "./gemm/linear";
export { columnSums, gemmTN } from "./gemm/gemmtn";
export { dropout } from "./layers/dropout";
export { layerNorm, layerNormBackward } from "./layers/layernorm";
export { lstmPack, lstmPackTransposed } from "./lstm/pack";
export { lstmPutState, lstmTakeState } from "./lstm/state";
export { copySteps } from "./lstm/copy";
export {
  lstmGeneralBackward, lstmGeneralForward, lstmGeneralGates, lstmGeneralPack, lstmGeneralPackTransposed,
} from "./lstm/general";
export { lstmForward, lstmStep } from "./lstm/forward";
export { lstmBackward } from "./lstm/backward";
export { embedding, embeddingBackward } from "./train/embedding";
export { sumSquares } from "./train/clip";
export { sgd } from "./train/sgd";
export { adam } from "./train/adam";
export { rmsprop } from "./train/rmsprop";
