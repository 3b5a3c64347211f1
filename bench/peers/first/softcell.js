// After npm run build.
import { init, softmax } from "../../../dist/index.js";

const sc = await init();
console.log(softmax(sc, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))[0]);
