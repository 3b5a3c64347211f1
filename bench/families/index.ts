import type { Case } from "../cases.js";
import { alternativeCases } from "./alternatives.js";
import { elementwise } from "./elementwise.js";
import { gemm } from "./gemm.js";
import { losses } from "./losses.js";
import { lstm } from "./lstm.js";
import { rows } from "./rows.js";
import { train } from "./train.js";
import { transfer } from "./transfer.js";

export const CASES: readonly Case[] = [
  ...rows,
  ...elementwise,
  ...alternativeCases,
  ...losses,
  ...gemm,
  ...lstm,
  ...train,
  ...transfer,
];
