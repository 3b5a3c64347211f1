// Alternatives to softmax.
import "../constants";
export { standardNormalize, standardNormalizeBackward } from "../alternatives/normalize";
export { quadraticSoftmax, quadraticSoftmaxBackward } from "../alternatives/quadratic";
export { sparsemax, sparsemaxBackward } from "../alternatives/sparsemax";
