import * as softcell from "../../../src/index.js";
import { floats, type Op } from "./op.js";

export const clipGradNorm: Op = {
  attrs: ["max_norm", "norm_type", "eps"],
  run(sc, c) {
    const normType = c.attrs.norm_type === "inf" ? Number.POSITIVE_INFINITY : Number(c.attrs.norm_type);
    const names = Object.keys(c.inputs);
    // an embedding of one column is a parameter of any length
    const layers = names.map((name) => {
      const layer = softcell.embedding(sc, { numEmbeddings: floats(c, name).length, embeddingDim: 1 });
      layer.params.weight.grad.set(floats(c, name));
      return layer;
    });
    const norm = softcell.clipGradNorm(sc, layers, Number(c.attrs.max_norm), { normType });
    const clipped = layers.map((layer) => layer.params.weight.grad.slice());
    for (const layer of layers) layer.dispose();
    return { total_norm: [norm], ...Object.fromEntries(names.map((name, i) => [name, clipped[i]])) };
  },
};
