import { defaultDevice, init, nn, numpy } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const x = numpy.array(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).reshape([1, 10]);
console.log(nn.softmax(x, -1).dataSync()[0]);
