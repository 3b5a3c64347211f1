import type { Case } from "../cases.js";
import { alternatives } from "./alternatives.js";
import { elementwise } from "./elementwise.js";
import { gemm } from "./gemm.js";
import { layers } from "./layers.js";
import { losses } from "./losses.js";
import { lstm } from "./lstm.js";
import { lstmKinds } from "./lstm-kinds.js";
import { optimizers } from "./optimizers.js";
import { rows } from "./rows.js";
import { train } from "./train.js";
import { transfer } from "./transfer.js";

export const CASES: readonly Case[] = [
  ...rows,
  ...elementwise,
  ...alternatives,
  ...losses,
  ...gemm,
  ...layers,
  ...optimizers,
  ...lstm,
  ...lstmKinds,
  ...train,
  ...transfer,
];
