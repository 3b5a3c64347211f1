import * as ort from "onnxruntime-node";
import { softmax } from "./model.js";

const session = await ort.InferenceSession.create(softmax, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const x = new ort.Tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [1, 10]);
const { y } = await session.run({ x });
console.log(y.data[0]);
