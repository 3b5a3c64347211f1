// The twins of assembly/parts/rows.ts.
import type { KernelsOnMemory } from "../backend.js";
import { softmaxColumns } from "../rows/columns.js";
import { crossEntropy, crossEntropyProbabilities } from "../rows/crossentropy.js";
import { logSoftmax, logSoftmaxBackward } from "../rows/logsoftmax.js";
import { logSumExp, logSumExpBackward } from "../rows/logsumexp.js";
import { addMask } from "../rows/mask.js";
import { scale } from "../rows/scale.js";
import { softmax, softmaxBackward } from "../rows/softmax.js";
import { transpose } from "../rows/transpose.js";
import { probeMadd } from "../simd.js";

export const kernels = {
  probeMadd, softmax, softmaxBackward, softmaxColumns, logSoftmax, logSoftmaxBackward, logSumExp, logSumExpBackward,
  crossEntropy, crossEntropyProbabilities, addMask, transpose, scale,
} satisfies Partial<KernelsOnMemory>;
