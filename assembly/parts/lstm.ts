// The LSTM, and what moves its sequences.
import "../constants";
export { copySteps } from "../lstm/copy";
export { lstmBackward } from "../lstm/backward";
export { lstmForward, lstmStep } from "../lstm/forward";
export { lstmPack, lstmPackTransposed } from "../lstm/pack";
export { lstmPutState, lstmTakeState } from "../lstm/state";
