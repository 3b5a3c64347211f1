// Steps of the optimisers, and clipping of gradients, on one parameter.
import {
  adam,
  adamW,
  clipGradNorm,
  clipGradValue,
  type Layer,
  linear,
  rmsprop,
  type Softcell,
  sgd,
} from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case } from "../cases.js";
import * as plain from "../plain/optimizers.js";

const SIDE = 512;
const LR = 1e-3;

interface Update {
  name: string;
  library(sc: Softcell, layer: Layer): { step(): void; dispose?(): void };
  /** Of the parameter by its gradient; `state` gives a new array like them. */
  plain(p: Float32Array, g: Float32Array, state: () => Float32Array): () => void;
}

const UPDATES: Update[] = [
  {
    name: "sgd, momentum",
    library: (sc, layer) => sgd(sc, layer, { lr: LR, momentum: 0.9 }),
    plain: (p, g, state) => {
      const v = state();
      return () => plain.sgd(p, g, v, LR, 0.9);
    },
  },
  {
    name: "adam",
    library: (sc, layer) => adam(sc, layer, { lr: LR }),
    plain: (p, g, state) => {
      const [m, v] = [state(), state()];
      let step = 0;
      return () => plain.adam(p, g, m, v, LR, ++step);
    },
  },
  {
    name: "adamW, amsgrad",
    library: (sc, layer) => adamW(sc, layer, { lr: LR, weightDecay: 0.01, amsgrad: true }),
    plain: (p, g, state) => {
      const [m, v, largest] = [state(), state(), state()];
      let step = 0;
      return () => plain.adamW(p, g, m, v, largest, LR, 0.01, ++step);
    },
  },
  {
    name: "rmsprop",
    library: (sc, layer) => rmsprop(sc, layer, { lr: LR, alpha: 0.99 }),
    plain: (p, g, state) => {
      const v = state();
      return () => plain.rmsprop(p, g, v, LR, 0.99);
    },
  },
  {
    // the gradient is written anew each time, or only the first call would clip
    name: "write + clipGradNorm",
    library: (sc, layer) => {
      const given = layer.params.weight.grad.slice();
      return {
        step: () => {
          layer.params.weight.grad.set(given);
          clipGradNorm(sc, layer, 1);
        },
      };
    },
    plain: (_, g) => {
      const given = g.slice();
      return () => {
        g.set(given);
        plain.clipByNorm([g], 1);
      };
    },
  },
  {
    name: "clipGradValue",
    library: (sc, layer) => ({ step: () => clipGradValue(sc, layer, 0.5) }),
    plain: (_, g) => {
      return () => plain.clipByValue(g, 0.5);
    },
  },
];

function updateCase({ name, library, plain }: Update): Case {
  const inputs = () => [1, 2].map((seed) => new Random(seed).normals(SIDE * SIDE));
  return {
    family: "optimizers",
    name,
    size: `${SIDE * SIDE}`,
    bound: { relative: 1e-5, absolute: 1e-6 },
    calls: 3,
    library: (sc) => {
      const layer = linear(sc, { inFeatures: SIDE, outFeatures: SIDE, bias: false });
      const { weight } = layer.params;
      const [p, g] = inputs();
      weight.data.set(p);
      weight.grad.set(g);
      const update = library(sc, layer);
      return {
        run: () => update.step(),
        outputs: () => [weight.data, weight.grad],
        dispose: () => {
          update.dispose?.();
          layer.dispose();
        },
      };
    },
    plain: () => {
      const [p, g] = inputs();
      return { run: plain(p, g, () => new Float32Array(SIDE * SIDE)), outputs: () => [p, g] };
    },
  };
}

export const optimizers: Case[] = UPDATES.map(updateCase);
