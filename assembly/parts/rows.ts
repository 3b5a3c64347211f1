// The kernels of rows: all that a Softcell of the lean entry has at first.
export { probeMadd } from "../simd";
export { softmax, softmaxBackward } from "../rows/softmax";
export { softmaxColumns } from "../rows/columns";
export { logSoftmax, logSoftmaxBackward } from "../rows/logsoftmax";
export { logSumExp, logSumExpBackward } from "../rows/logsumexp";
export { crossEntropy, crossEntropyProbabilities } from "../rows/crossentropy";
export { addMask } from "../rows/mask";
export { transpose } from "../rows/transpose";
export { scale } from "../rows/scale";
