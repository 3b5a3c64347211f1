// Values that make denormal numbers on the way, against usual ones: they should take no more than 1.15 times as long.
import { type Adam, adam, linear, type Rmsprop, rmsprop, type Softcell, sgd } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Run } from "../harness.js";
import type { Bed } from "./bed.js";
import { against, type Group, rate, type Section, targeted } from "./figure.js";

const SHARE = 1 / 1.15;

type Make = (bed: Bed, values: Float32Array, rows: number, cols: number) => Run;

/** A kernel on values that are unusual. */
function kernel(
  name: string,
  unusual: string,
  rows: number,
  cols: number,
  make: Make,
  draw: (random: Random) => number,
) {
  return (bed: Bed): Group => {
    const n = rows * cols;
    const random = new Random(n);
    // the first of each row is 0, the largest
    const values = Float32Array.from({ length: n }, (_, i) => (rows > 1 && i % cols === 0 ? 0 : draw(random)));
    const usual = random.normals(n).map(name === "log" ? Math.abs : (v) => v);
    const runs = { usual: make(bed, usual, rows, cols), [unusual]: make(bed, values, rows, cols) };
    return {
      runs,
      figures: (timings) => {
        const figure = rate(
          { name: `${name}, ${unusual}`, size: `${rows}x${cols}`, build: bed.build },
          "el/ns",
          n,
          timings[unusual],
        );
        return [targeted(against(figure, n / timings.usual.median), "ratio", SHARE)];
      },
    };
  };
}

const elementary = (["exp", "sigmoid", "tanh", "log"] as const).flatMap((name) => {
  const make: Make = (bed, values) => {
    const [x, y] = [bed.put(values), bed.place(4 * values.length)];
    return () => bed.kernels[name](y, x, values.length);
  };
  const size = (unusual: string, most: number) =>
    kernel(name, unusual, 1, 8192, make, (random) => most * random.uniform(0.1, 1));
  return [size("of denormal x", 1e-38), size("of x of 1e-25", 1e-25)];
});

const FAMILY: Record<string, Make> = {
  softmax: (bed, values, rows, cols) => {
    const [x, y] = [bed.put(values), bed.place(4 * values.length)];
    return () => bed.kernels.softmax(y, x, rows, cols, cols, cols, 1, bed.rowScratch);
  },
  "log-sum-exp": (bed, values, rows, cols) => {
    const [x, y] = [bed.put(values), bed.place(4 * rows)];
    return () => bed.kernels.logSumExp(y, x, rows, cols, cols, 1, bed.rowScratch);
  },
  "cross-entropy + gradient": (bed, values, rows, cols) => {
    const [x, y, targets] = [bed.put(values), bed.place(4 * values.length), bed.put(new Int32Array(rows))];
    const { kernels, rowScratch } = bed;
    return () =>
      kernels.crossEntropy(0, y, x, targets, 0, 0, rows, cols, cols, cols, -100, 0, 0, 1 / rows, 0, rowScratch);
  },
};

const rows = [10, 128, 1000].flatMap((cols) =>
  Object.entries(FAMILY)
    .filter(([name]) => cols > 10 || name === "softmax")
    .flatMap(([name, make]) =>
      [
        [83, 88],
        [124, 133],
      ].map(([least, most]) =>
        kernel(name, `${least} to ${most} below the maximum`, Math.ceil(32_000 / cols), cols, make, (random) =>
          random.uniform(-most, -least),
        ),
      ),
    ),
);

const STEPS = 64;

/** Steps without a gradient, from moments that decay towards denormal numbers. */
function optimizer(
  name: string,
  make: (sc: Softcell, layer: ReturnType<typeof linear>) => Adam | Rmsprop | ReturnType<typeof sgd>,
) {
  return (bed: Bed): Group => {
    const layers = [0, 1].map(() => linear(bed.sc, { inFeatures: 256, outFeatures: 256, seed: 1 }));
    const runs = layers.map((layer, unusual): Run => {
      const optimizer = make(bed.sc, layer);
      const state = optimizer.stateDict();
      // first moments below 2^-100, second ones below 2^-123 are near
      for (const [key, { data }] of Object.entries(state)) {
        if (key !== "step") (data as Float32Array).fill(unusual ? (key.includes("sq") ? 1e-37 : 1e-30) : 1e-3);
      }
      return () => {
        optimizer.loadStateDict(state);
        for (let i = 0; i < STEPS; i++) optimizer.step();
      };
    });
    return {
      runs: { usual: runs[0], decayed: runs[1] },
      figures: ({ usual, decayed }) => {
        const n = STEPS * 256 * 257;
        const figure = rate(
          { name: `${name}, decayed moments`, size: "256x256", build: bed.build },
          "el/ns",
          n,
          decayed,
        );
        return [targeted(against(figure, n / usual.median), "ratio", SHARE)];
      },
      dispose: () => {
        for (const layer of layers) layer.dispose();
      },
    };
  };
}

const optimizers = [
  optimizer("Adam", (sc, layer) => adam(sc, layer)),
  optimizer("RMSProp", (sc, layer) => rmsprop(sc, layer)),
  optimizer("RMSProp, centered, with momentum", (sc, layer) => rmsprop(sc, layer, { centered: true, momentum: 0.9 })),
  optimizer("SGD with momentum", (sc, layer) => sgd(sc, layer, { lr: 1e-3, momentum: 0.9 })),
];

export const cliffs: Section[] = [
  { title: "values that make denormal numbers, against usual ones", groups: [...elementary, ...rows, ...optimizers] },
];
