// After npm run build.
import { init } from "../../../dist/full.js";

const sc = await init();
console.log(sc.softmax(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))[0]);
