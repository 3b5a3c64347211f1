// log-sum-exp, and what is made of it.
import "../constants";
export { logSoftmax, logSoftmaxBackward } from "../rows/logsoftmax";
export { logSumExp, logSumExpBackward } from "../rows/logsumexp";
export { crossEntropy, crossEntropyProbabilities } from "../rows/crossentropy";
export { scale } from "../rows/scale";
