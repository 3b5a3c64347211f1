import * as ort from "onnxruntime-web/wasm";
import { softmax } from "./model.js";

ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(softmax, { executionProviders: ["wasm"] });
const x = new ort.Tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [1, 10]);
const { y } = await session.run({ x });
console.log(y.data[0]);
