import "@tensorflow/tfjs-backend-cpu";
import { setBackend, softmax, tensor2d } from "@tensorflow/tfjs-core";

await setBackend("cpu");
console.log(softmax(tensor2d(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [1, 10])).dataSync()[0]);
