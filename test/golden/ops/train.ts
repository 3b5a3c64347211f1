import type { Embedding, Layer, LstmParameter, Softcell, Tensor } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import { shaped } from "../../support/state.js";
import { floats, ints, NotSupported, type Op } from "./op.js";

interface Attributes {
  T: number;
  N: number;
  hidden: number;
  vocab: number;
  layers: number;
  /** The width of the embedding; 0: the input is one-hot. */
  embed: number;
  steps: number;
  optimizer: string;
  opt: Record<string, unknown>;
  clip_norm: number | null;
  stateful: boolean;
  gates: string;
}

/** The parameters of the LSTM. */
const namesOf = ({ layers }: Attributes): string[] =>
  Array.from({ length: layers }, (_, k) =>
    ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((n) => `${n}_l${k}`),
  ).flat();

/** Steps of a character LSTM: losses, norms of the gradient before clipping, final weights. */
export const train: Op = {
  attrs: [
    "T",
    "N",
    "hidden",
    "vocab",
    "layers",
    "embed",
    "steps",
    "optimizer",
    "opt",
    "clip_norm",
    "stateful",
    "gates",
    "chars",
  ],
  run(sc, c) {
    const attrs = c.attrs as unknown as Attributes;
    if (attrs.gates !== "ifgo") throw new NotSupported(`gates ${attrs.gates}`);
    const { hidden, vocab, embed } = attrs;
    const lstm = softcell.lstm(sc, { inputSize: embed || vocab, hiddenSize: hidden, numLayers: attrs.layers });
    lstm.loadStateDict(shaped(lstm, Object.fromEntries(namesOf(attrs).map((name) => [name, floats(c, name)]))));
    const fc = softcell.linear(sc, { inFeatures: hidden, outFeatures: vocab });
    fc.loadStateDict(shaped(fc, { weight: floats(c, "fc_weight"), bias: floats(c, "fc_bias") }));
    const embedding = embed ? softcell.embedding(sc, { numEmbeddings: vocab, embeddingDim: embed }) : undefined;
    if (embedding) embedding.loadStateDict(shaped(embedding, { weight: floats(c, "embedding") }));
    const layers: Layer[] = embedding ? [embedding, lstm, fc] : [lstm, fc];
    const optimizer = optimizerOf(sc, layers, attrs);

    const { T, N, steps, stateful } = attrs;
    const [ids, targets] = [ints(c, "x_ids"), ints(c, "target_ids")];
    const outputs: Record<string, number[] | Float32Array> = { losses: [], grad_norms: [] };
    let state: { h0?: Float32Array; c0?: Float32Array } = {};
    for (let s = 0; s < steps; s++) {
      const at = [s * T * N, (s + 1) * T * N] as const;
      optimizer.zeroGrad();
      const x = embedded(embedding, ids.slice(...at), attrs);
      const { output, hN, cN } = lstm.forward(x, { ...state, batch: N, steps: T });
      if (stateful) state = { h0: hN.data.slice(), c0: cN.data.slice() };
      const logits = fc.forward(output);
      const { loss, dlogits } = softcell.crossEntropy(sc, logits, targets.slice(...at), { out: logits });
      const { dx } = lstm.backward(fc.backward(dlogits));
      embedding?.backward(dx);
      // where nothing is clipped the norm is wanted all the same
      const norm = softcell.clipGradNorm(sc, layers, attrs.clip_norm ?? Number.MAX_VALUE);
      optimizer.step();
      (outputs.losses as number[]).push(loss);
      (outputs.grad_norms as number[]).push(norm);
    }
    for (const name of namesOf(attrs)) outputs[`final_${name}`] = lstm.params[name as LstmParameter].data.slice();
    outputs.final_fc_weight = fc.params.weight.data.slice();
    outputs.final_fc_bias = fc.params.bias.data.slice();
    if (embedding) outputs.final_embedding = embedding.params.weight.data.slice();
    for (const layer of layers) layer.dispose();
    optimizer.dispose();
    return outputs;
  },
};

function embedded(
  embedding: Embedding | undefined,
  ids: Int32Array,
  { T, N, vocab }: Attributes,
): Tensor | Float32Array {
  if (embedding) return embedding.forward(ids, { shape: [T, N] });
  const oneHot = new Float32Array(ids.length * vocab);
  ids.forEach((id, i) => {
    oneHot[i * vocab + id] = 1;
  });
  return oneHot;
}

/** PyTorch's options that the library has: all but one under the same name. */
const OPTIONS = ["lr", "momentum", "dampening", "nesterov", "betas", "eps", "amsgrad", "alpha", "centered"];

function optimizerOf(sc: Softcell, layers: Layer[], { optimizer, opt }: Attributes) {
  const { weight_decay: weightDecay, ...given } = opt;
  const beyond = Object.keys(given).filter((name) => given[name] && !OPTIONS.includes(name));
  if (beyond.length) throw new NotSupported(`${optimizer} with ${beyond.join(", ")}`);
  // an option that is left out takes the default of the library, which is PyTorch's
  const names = OPTIONS.filter((name) => given[name] !== undefined);
  const options = Object.fromEntries(names.map((name) => [name, given[name]])) as { lr: number; weightDecay?: number };
  if (weightDecay !== undefined) options.weightDecay = weightDecay as number;
  if (optimizer === "sgd") return softcell.sgd(sc, layers, options);
  if (optimizer === "adam") return softcell.adam(sc, layers, options);
  if (optimizer === "adamw") return softcell.adamW(sc, layers, options);
  if (optimizer === "rmsprop") return softcell.rmsprop(sc, layers, options);
  throw new NotSupported(optimizer);
}
