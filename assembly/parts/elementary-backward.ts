// Their gradients.
import "../constants";
export {
  eluBackward, expBackward, expm1Backward, log1pBackward, logBackward, logSigmoidBackward, sigmoidBackward, siluBackward,
  softplusBackward, softsignBackward, tanhBackward,
} from "../math/backward";
