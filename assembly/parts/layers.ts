// The kernels of layers and optimisers but for those of a general LSTM. They work on the memory of the kernels of rows.
import "./reserved";
export { gemm } from "../gemm/gemm";
export { columnSums, gemmTN } from "../gemm/gemmtn";
export { pack, packTransposed } from "../gemm/pack";
export { dropout } from "../layers/dropout";
export { layerNorm, layerNormBackward } from "../layers/layernorm";
export { lstmPack, lstmPackTransposed } from "../lstm/pack";
export { lstmPutState, lstmTakeState } from "../lstm/state";
export { copySteps } from "../lstm/copy";
export { lstmForward, lstmStep } from "../lstm/forward";
export { lstmBackward } from "../lstm/backward";
export { hardTanh } from "../math/map";
export { embedding, embeddingBackward } from "../train/embedding";
export { sumSquares } from "../train/clip";
export { sgd } from "../train/sgd";
export { adam } from "../train/adam";
export { rmsprop } from "../train/rmsprop";
