// Functions of pieces that are lines, and their gradients.
import "../constants";
export { hardSigmoid, hardTanh, leakyRelu, prelu, relu } from "../math/map";
export {
  hardSigmoidBackward, hardTanhBackward, leakyReluBackward, preluBackward, reluBackward,
} from "../math/backward";
