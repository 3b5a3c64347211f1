// ONNX Runtime, whichever package it comes from: sessions on models of onnx.ts. Array to array only: the time of the
// session is not separable from that of its inputs and outputs.
import type { InferenceSession, Tensor, TypedTensor } from "onnxruntime-common";
import type { LstmCase, RowCase } from "./cases.js";
import { lstmModel, rowModel } from "./onnx.js";
import type { Peer, Variant } from "./peer.js";
import type { LstmInputs, RowInputs } from "./reference.js";

export interface Runtime {
  InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: typeof Tensor;
}

const OPTIONS: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "all",
  executionMode: "sequential",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
};

type Outputs = Record<string, TypedTensor<"float32">>;

export function createPeer(name: string, version: string, ort: Runtime, provider: string): Peer {
  const create = (model: Uint8Array) =>
    ort.InferenceSession.create(model, { ...OPTIONS, executionProviders: [provider] });
  return {
    name,
    version,
    timing: "awaited",
    rows: async (item, inputs) => {
      const model = item.way === "array" ? await rowModel(item) : undefined;
      return model && rows(ort, await create(model), item, inputs);
    },
    lstm: async (item, inputs) => lstm(ort, await create(await lstmModel(item, inputs.w)), item, inputs),
  };
}

function rows(ort: Runtime, session: InferenceSession, { rows, cols }: RowCase, { x }: RowInputs): Variant {
  let y = x;
  return {
    run: async () => {
      const outputs = (await session.run({ x: new ort.Tensor("float32", x, [rows, cols]) })) as Outputs;
      y = outputs.y.data;
    },
    outputs: () => [y],
    dispose: () => session.release(),
  };
}

/** A stream gives the state back to the session, as tensors in JavaScript. */
function lstm(ort: Runtime, session: InferenceSession, item: LstmCase, { x }: LstmInputs): Variant {
  const { op, T, B, I, H } = item;
  const zeros = new ort.Tensor("float32", new Float32Array(B * H), [1, B, H]);
  let [h, c]: Tensor[] = [zeros, zeros];
  let y = x;
  return {
    run: async () => {
      const input = new ort.Tensor("float32", x, [T, B, I]);
      const outputs = (await session.run({ x: input, h0: h, c0: c })) as Outputs;
      y = outputs.y.data;
      if (op === "stream") [h, c] = [outputs.h, outputs.c];
    },
    outputs: () => [y],
    dispose: () => session.release(),
  };
}
