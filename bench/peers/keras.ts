import { toKeras } from "../../src/index.js";
import { stateDict } from "../families/lstm.js";
import type { LstmWeights } from "../plain/lstm.js";

type Arrays = Record<"kernel" | "recurrent_kernel" | "bias", { data: Float32Array }>;

/** For x times matrix: kernel [I][4H], recurrent [H][4H], bias [4H], gates i f g o. */
export function kerasWeights(w: LstmWeights): Record<"kernel" | "recurrent" | "bias", Float32Array> {
  const { kernel, recurrent_kernel, bias } = toKeras(stateDict(w)) as unknown as Arrays;
  return { kernel: kernel.data, recurrent: recurrent_kernel.data, bias: bias.data };
}
