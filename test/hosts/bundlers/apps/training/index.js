// Named imports: the namespace as a whole would leave nothing for a bundler to drop.
import { adam, clipGradNorm, init, linear, lstm } from "softcell";
import { train } from "./training.js";

train({ adam, clipGradNorm, init, linear, lstm }).then((outcome) => console.log(JSON.stringify(outcome)));
