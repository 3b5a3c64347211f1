// The twins of assembly/parts/layers.ts.
import type { KernelsOnMemory } from "../backend.js";
import { gemm } from "../gemm/gemm.js";
import { columnSums, gemmTN } from "../gemm/gemmtn.js";
import { pack, packTransposed } from "../gemm/pack.js";
import { dropout } from "../layers/dropout.js";
import { layerNorm, layerNormBackward } from "../layers/layernorm.js";
import { lstmBackward } from "../lstm/backward.js";
import { copySteps } from "../lstm/copy.js";
import { lstmForward, lstmStep } from "../lstm/forward.js";
import { lstmPack, lstmPackTransposed } from "../lstm/pack.js";
import { lstmPutState, lstmTakeState } from "../lstm/state.js";
import { hardTanh } from "../math/map.js";
import { adam } from "../train/adam.js";
import { sumSquares } from "../train/clip.js";
import { embedding, embeddingBackward } from "../train/embedding.js";
import { rmsprop } from "../train/rmsprop.js";
import { sgd } from "../train/sgd.js";

export const kernels = {
  gemm, columnSums, gemmTN, pack, packTransposed, dropout, layerNorm, layerNormBackward, lstmPack, lstmPackTransposed, lstmPutState,
  lstmTakeState, copySteps, lstmForward, lstmStep, lstmBackward, hardTanh, embedding, embeddingBackward, sumSquares,
  sgd, adam, rmsprop,
} satisfies Partial<KernelsOnMemory>;
