import { activations } from "./activations.js";
import { clipGradNorm } from "./clip.js";
import { crossEntropy } from "./crossentropy.js";
import { linear } from "./linear.js";
import { losses } from "./losses.js";
import { lstm, lstmCell } from "./lstm.js";
import { lstmKeras, lstmOnnx } from "./lstm-systems.js";
import type { Op } from "./op.js";
import { logSoftmax, logSumExp, softmax } from "./rows.js";
import { train } from "./train.js";

/** By the op of the manifest. */
export const ops: Record<string, Op | undefined> = {
  softmax,
  log_softmax: logSoftmax,
  logsumexp: logSumExp,
  cross_entropy: crossEntropy,
  activations,
  losses,
  linear,
  lstm_cell: lstmCell,
  lstm,
  lstm_onnx: lstmOnnx,
  lstm_keras: lstmKeras,
  train,
  clip_grad_norm: clipGradNorm,
};
