import * as softcell from "softcell";
import { train } from "./training.js";

export default {
  fetch: async () => Response.json(await train(softcell)),
};
