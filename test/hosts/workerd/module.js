import * as softcell from "softcell";
import relaxed from "softcell/relaxed.wasm";
import strict from "softcell/strict.wasm";
import { train } from "./training.js";

export default {
  fetch: async () => Response.json(await train(softcell, { strict, relaxed })),
};
