// The kernels of layers and optimisers. They work on the memory of the kernels of rows.
import "./reserved";
export { pack, packTransposed } from "../gemm/pack";
export { linearBackward, linearForward } from "../gemm/linear";
export { dropout } from "../layers/dropout";
export { layerNorm, layerNormBackward } from "../layers/layernorm";
export { lstmPack, lstmPackTransposed } from "../lstm/pack";
export { copySteps } from "../lstm/copy";
export { lstmForward } from "../lstm/forward";
export { lstmBackward } from "../lstm/backward";
export { hardTanh } from "../math/map";
export { embedding, embeddingBackward } from "../train/embedding";
export { sumSquares } from "../train/clip";
export { sgd } from "../train/sgd";
export { adam } from "../train/adam";
export { rmsprop } from "../train/rmsprop";
