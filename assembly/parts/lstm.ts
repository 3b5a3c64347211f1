// The LSTM, and what moves its sequences.
import "../constants";
export { pack, packTransposed } from "../gemm/pack";
export { copySteps } from "../recurrent/copy";
export { lstmBackward } from "../lstm/backward";
export { lstmForward } from "../lstm/forward";
export { lstmPack, lstmPackTransposed } from "../lstm/pack";
