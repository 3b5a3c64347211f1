// JavaScript as a user would write it: bench/plain/.

import { TRAINING } from "../families/train.js";
import { lstmForward, lstmStep } from "../plain/lstm.js";
import { crossEntropy, logSoftmax, logSumExp, softmax } from "../plain/softmax.js";
import { createTrainer } from "../plain/train.js";
import type { LstmCase, RowCase } from "./cases.js";
import type { Load, Variant } from "./peer.js";
import type { LstmInputs, RowInputs, TrainInputs } from "./reference.js";

const functions = { softmax, logSoftmax, logSumExp };

export const plain: Load = async () => ({ name: "plain", version: "", timing: "together", rows, lstm, train });

/** Arrays are resident; "array" takes a new one for each result. */
function rows({ op, way, rows, cols }: RowCase, { x, targets }: RowInputs): Variant {
  const create = () => new Float32Array(op === "logSumExp" ? rows : rows * cols);
  let y = create();
  let loss = 0;
  return {
    run: () => {
      if (way === "array") y = create();
      if (op === "crossEntropy") loss = crossEntropy(y, x, targets, rows, cols);
      else functions[op](y, x, rows, cols);
    },
    outputs: () => (op === "crossEntropy" ? [[loss], y] : [y]),
  };
}

function lstm(item: LstmCase, { w, x }: LstmInputs): Variant {
  const { op, T, B, I, H } = item;
  const [h, c, gates] = [B * H, B * H, 4 * H].map((n) => new Float32Array(n));
  if (op === "stream") return { run: () => lstmStep(h, c, gates, x, w, I, H), outputs: () => [h] };
  let y = x;
  return {
    run: () => {
      y = new Float32Array(T * B * H);
      h.fill(0);
      c.fill(0);
      lstmForward(y, h, c, gates, x, w, item);
    },
    outputs: () => [y],
  };
}

function train(item: LstmCase, { weights, x, targets }: TrainInputs): Variant {
  const { step } = createTrainer(weights, x, targets, item, TRAINING);
  let loss = 0;
  return {
    run: () => {
      loss = step();
    },
    outputs: () => [[loss]],
  };
}
