// Matrix products through a linear layer: y [M][N] = x [M][K] W^T + b, the weights packed at each call.

import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import type { Case } from "../cases.js";
import { linear } from "../plain/linear.js";

interface Size {
  M: number;
  K: number;
  N: number;
}

const SIZES: Size[] = [
  { M: 1, K: 128, N: 512 },
  { M: 2, K: 128, N: 512 },
  { M: 32, K: 128, N: 65 },
  { M: 32, K: 128, N: 512 },
  { M: 128, K: 512, N: 512 },
  { M: 1024, K: 64, N: 512 },
];

function inputs({ M, K, N }: Size) {
  const random = new Random(M * K + N);
  const bound = 1 / Math.sqrt(K);
  const state = { weight: random.floats(N * K, -bound, bound), bias: random.floats(N, -bound, bound) };
  return { state, input: random.normals(M * K) };
}

function linearCase(size: Size): Case {
  const { M, K, N } = size;
  return {
    family: "gemm",
    name: "linear forward",
    size: `M${M} K${K} N${N}`,
    bound: { relative: 1e-5, absolute: 1e-6 },
    library: (sc) => {
      const { state, input } = inputs(size);
      const layer = softcell.linear(sc, { inFeatures: K, outFeatures: N });
      layer.loadStateDict(shaped(layer, state));
      const x = softcell.tensor(sc, [M, K], input);
      let y = layer.forward(x);
      return {
        run: () => {
          y = layer.forward(x);
        },
        outputs: () => [y.data],
        dispose: () => {
          x.dispose();
          layer.dispose();
        },
      };
    },
    plain: () => {
      const { state, input } = inputs(size);
      const y = new Float32Array(M * N);
      return { run: () => linear(y, input, state, M, K, N), outputs: () => [y] };
    },
  };
}

export const gemm: Case[] = SIZES.map(linearCase);
