// The twins of assembly/parts/layers.ts.
import type { KernelsOnMemory } from "../backend.js";
import { linearBackward, linearForward } from "../gemm/linear.js";
import { pack, packTransposed } from "../gemm/pack.js";
import { dropout } from "../layers/dropout.js";
import { layerNorm, layerNormBackward } from "../layers/layernorm.js";
import { lstmBackward } from "../lstm/backward.js";
import { copySteps } from "../lstm/copy.js";
import { lstmForward } from "../lstm/forward.js";
import { lstmPack, lstmPackTransposed } from "../lstm/pack.js";
import { hardTanh } from "../math/map.js";
import { adam } from "../train/adam.js";
import { sumSquares } from "../train/clip.js";
import { embedding, embeddingBackward } from "../train/embedding.js";
import { rmsprop } from "../train/rmsprop.js";
import { sgd } from "../train/sgd.js";

export const kernels = {
  linearBackward, linearForward, pack, packTransposed, dropout, layerNorm, layerNormBackward, lstmPack,
  lstmPackTransposed, copySteps, lstmForward, lstmBackward, hardTanh, embedding, embeddingBackward, sumSquares, sgd,
  adam, rmsprop,
} satisfies Partial<KernelsOnMemory>;
