// Named imports: the namespace as a whole would leave nothing for a bundler to drop.
import { adam, clipGradNorm, crossEntropy, init, linear, lstm, softmax } from "softcell";
import { train } from "./training.js";

train({ adam, clipGradNorm, crossEntropy, init, linear, lstm, softmax }).then((outcome) =>
  console.log(JSON.stringify(outcome)),
);
