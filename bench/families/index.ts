import type { Case } from "../cases.js";
import { gemm } from "./gemm.js";
import { lstm } from "./lstm.js";
import { rows } from "./rows.js";
import { train } from "./train.js";
import { transfer } from "./transfer.js";

export const CASES: readonly Case[] = [...rows, ...gemm, ...lstm, ...train, ...transfer];
