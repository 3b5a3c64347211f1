// Layers other than the LSTM, forward and backward.

import type { Layer, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random as Masks } from "../../src/random.js";
import { Random } from "../../test/support/random.js";
import { shaped } from "../../test/support/state.js";
import type { Case, Variant } from "../cases.js";
import * as plain from "../plain/layers.js";
import { linear, linearBackward } from "../plain/linear.js";

interface LayerCase {
  name: string;
  size: string;
  /** Shapes of x and of dy. */
  x: readonly number[];
  dy: readonly number[];
  state?: Readonly<Record<string, Float32Array>>;
  library(sc: Softcell, x: Tensor, dy: Tensor): { layer: Layer; run: () => readonly Tensor[] };
  plain(x: Float32Array, dy: Float32Array): Variant;
}

const [ROWS, COLS] = [256, 512];
const TABLE = [10_000, 64];
const IDS = 1024;
const [M, K, N] = [32, 128, 65];

const random = new Random(1);
const weight = random.floats(COLS);
const bias = random.floats(COLS);
const linearState = { weight: random.floats(N * K), bias: random.floats(N) };
const table = { weight: random.normals(TABLE[0] * TABLE[1]) };
const ids = random.ints(IDS, TABLE[0]);

const embedded = { x: [0], dy: [IDS, TABLE[1]], size: `${IDS} of ${TABLE.join("x")}`, state: table };

const LAYERS: LayerCase[] = [
  {
    name: "linear forward + backward",
    size: `M${M} K${K} N${N}`,
    x: [M, K],
    dy: [M, N],
    state: linearState,
    library: (sc, x, dy) => {
      const layer = softcell.linear(sc, { inFeatures: K, outFeatures: N });
      return { layer, run: () => [layer.forward(x), layer.backward(dy)] };
    },
    plain: (x, dy) => {
      const [y, dx] = [M * N, M * K].map((n) => new Float32Array(n));
      const grad = { weight: new Float32Array(N * K), bias: new Float32Array(N) };
      return {
        run: () => {
          linear(y, x, linearState, M, K, N);
          linearBackward(dx, grad, dy, x, linearState, M, K, N);
        },
        outputs: () => [y, dx, grad.weight, grad.bias],
      };
    },
  },
  {
    name: "layerNorm forward + backward",
    size: `${ROWS}x${COLS}`,
    x: [ROWS, COLS],
    dy: [ROWS, COLS],
    state: { weight, bias },
    library: (sc, x, dy) => {
      const layer = softcell.layerNorm(sc, { normalizedShape: COLS });
      return { layer, run: () => [layer.forward(x), layer.backward(dy)] };
    },
    plain: (x, dy) => {
      const [y, dx, dweight, dbias] = [x.length, x.length, COLS, COLS].map((n) => new Float32Array(n));
      return {
        run: () => {
          plain.layerNorm(y, x, weight, bias, ROWS, COLS);
          plain.layerNormBackward(dx, dweight, dbias, dy, x, weight, ROWS, COLS);
        },
        outputs: () => [y, dx, dweight, dbias],
      };
    },
  },
  {
    name: "dropout forward + backward",
    size: `${ROWS}x${COLS}`,
    x: [ROWS, COLS],
    dy: [ROWS, COLS],
    library: (sc, x, dy) => {
      const layer = softcell.dropout(sc, { seed: 1 });
      return { layer, run: () => [layer.forward(x), layer.backward(dy)] };
    },
    plain: (x, dy) => {
      const masks = new Masks(1);
      const [y, dx] = [x, dy].map(({ length }) => new Float32Array(length));
      return {
        run: () => {
          const key = masks.next();
          plain.dropout(y, x, key, 0.5);
          plain.dropout(dx, dy, key, 0.5);
        },
        outputs: () => [y, dx],
      };
    },
  },
  {
    name: "embedding forward",
    ...embedded,
    library: (sc) => {
      const layer = softcell.embedding(sc, { numEmbeddings: TABLE[0], embeddingDim: TABLE[1] });
      return { layer, run: () => [layer.forward(ids)] };
    },
    plain: (_, dy) => {
      const [y, dweight] = [dy, table.weight].map(({ length }) => new Float32Array(length));
      return { run: () => plain.embedding(y, ids, table.weight, TABLE[1]), outputs: () => [y, dweight] };
    },
  },
  {
    name: "embedding forward + backward",
    ...embedded,
    library: (sc, _, dy) => {
      const layer = softcell.embedding(sc, { numEmbeddings: TABLE[0], embeddingDim: TABLE[1] });
      const run = () => {
        const y = layer.forward(ids);
        layer.backward(dy);
        return [y];
      };
      return { layer, run };
    },
    plain: (_, dy) => {
      const [y, dweight] = [dy, table.weight].map(({ length }) => new Float32Array(length));
      return {
        run: () => {
          plain.embedding(y, ids, table.weight, TABLE[1]);
          plain.embeddingBackward(dweight, ids, dy, TABLE[1]);
        },
        outputs: () => [y, dweight],
      };
    },
  },
];

function layerCase({ name, size, x: xShape, dy: dyShape, state, library, plain }: LayerCase): Case {
  const inputs = () => [xShape, dyShape].map((shape, i) => new Random(i).normals(shape.reduce((n, axis) => n * axis)));
  return {
    family: "layers",
    name,
    size,
    bound: { relative: 1e-5, absolute: 1e-6 },
    library: (sc) => {
      const given = inputs();
      const [x, dy] = [softcell.tensor(sc, xShape, given[0]), softcell.tensor(sc, dyShape, given[1])];
      const { layer, run } = library(sc, x, dy);
      if (state) layer.loadStateDict(shaped(layer, state));
      let results: readonly Tensor[] = [];
      return {
        run: () => {
          results = run();
        },
        outputs: () => [...results.map(({ data }) => data), ...Object.values(layer.params).map(({ grad }) => grad)],
        dispose: () => {
          for (const item of [x, dy, layer]) item.dispose();
        },
      };
    },
    plain: () => {
      const [x, dy] = inputs();
      return plain(x, dy);
    },
  };
}

export const layers: Case[] = LAYERS.map(layerCase);
