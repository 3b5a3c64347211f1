// The kernels of the losses against their twins: the same memory, the same call, every byte and the sum compared.
import { test } from "vitest";
import type { KernelName } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { edges, SIZES, VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { type Same, twins } from "../support/twins.js";

const SCALE = 0.3;

/** Where the arrays of a call lie, 0 for what is left out. */
interface At {
  loss: number;
  dx: number;
  x: number;
  y: number;
  dloss: number;
}

/** Runs a kernel with each of loss, dx and dloss there and not, and in place. */
function variants(
  same: Same,
  what: string,
  image: Image,
  kernel: KernelName,
  at: At,
  args: (at: At) => number[],
): void {
  const call = (name: string, change: Partial<At>) => {
    same(`${what}, ${name}`, image, kernel, args({ ...at, ...change }));
  };
  call("all", {});
  call("no dloss", { dloss: 0 });
  call("no loss", { loss: 0 });
  call("no gradient", { dx: 0 });
  call("only the sum", { dx: 0, loss: 0 });
  call("in place", { dx: at.x });
}

/** x, y, dloss and places for the results, n elements and so many losses. */
function arrays(image: Image, random: Random, x: Float32Array, y: Float32Array, losses: number): At {
  return {
    loss: image.place(losses, random.below(4)),
    dx: image.place(x.length, random.below(4)),
    x: image.put(x, random.below(4)),
    y: image.put(y, random.below(4)),
    dloss: image.put(random.normals(losses), random.below(4)),
  };
}

type Targets = (random: Random, n: number) => Float32Array;
const SIGNS: Targets = (random, n) => random.floats(n).map(Math.sign);
const SOFT: Targets = (random, n) => random.floats(n, 0, 1);
const HARD: Targets = (random, n) => random.floats(n, 0, 1).map(Math.round);
const ANY: Targets = (random, n) => random.normals(n);

type Elements = "mse" | "hinge" | "bceWithLogits" | "sigmoidFocal";
const ELEMENTS: [name: string, kernel: Elements, targets: Targets, args: (at: At, n: number) => number[]][] = [
  ["mse", "mse", ANY, ({ loss, dx, x, y, dloss }, n) => [loss, dx, x, y, dloss, n, SCALE]],
  ["hinge", "hinge", SIGNS, ({ loss, dx, x, y, dloss }, n) => [loss, dx, x, y, dloss, n, 0.9, 0, SCALE]],
  ["squared hinge", "hinge", SIGNS, ({ loss, dx, x, y, dloss }, n) => [loss, dx, x, y, dloss, n, 0.9, 1, SCALE]],
  ...Object.entries({ HARD, SOFT, ANY }).map(([kind, targets]): (typeof ELEMENTS)[number] => [
    `bceWithLogits, ${kind}`,
    "bceWithLogits",
    targets,
    ({ loss, dx, x, y, dloss }, n) => [loss, dx, x, y, 0, 0, 0, 0, dloss, n, SCALE],
  ]),
  ...[0, 0.5, 2, 3.7].flatMap((gamma) =>
    Object.entries({ HARD, SOFT }).map(([kind, targets]): (typeof ELEMENTS)[number] => [
      `sigmoidFocal, gamma ${gamma}, ${kind}`,
      "sigmoidFocal",
      targets,
      ({ loss, dx, x, y, dloss }, n) => [loss, dx, x, y, dloss, n, gamma === 2 ? -1 : 0.25, gamma, SCALE],
    ]),
  ),
];

const SHAPES = [
  ...[1, 2, 3, 5, 17, 33, 100].map((cols) => ({ outer: 3, cols, inner: 1 })),
  ...[2, 5].map((cols) => ({ outer: 2, cols, inner: 3 })),
];

describeEach(["strict", "relaxed", "debug"], (target) => {
  const same = twins(target);

  test.each(ELEMENTS)("%s", (_, kernel, targets, args) => {
    const random = new Random(1);
    for (const n of [0, ...SIZES]) {
      for (const [name, values] of Object.entries(VALUES)) {
        if (name !== "uniform" && ![1, 5, 33].includes(n)) continue;
        const image = new Image();
        const at = arrays(image, random, values(random, 1, n), targets(random, n), n);
        variants(same, `n = ${n}, ${name}`, image, kernel, at, (at) => args(at, n));
        same(`n = ${n}, ${name}, dx is y`, image, kernel, args({ ...at, dx: at.y }, n));
      }
    }
    const image = new Image();
    const x = edges(random, 20_000);
    const at = arrays(image, random, x, targets(random, x.length), x.length);
    same("edges", image, kernel, args(at, x.length));
  });

  test("bceWithLogits with weights", () => {
    const random = new Random(2);
    for (const n of [1, 2, 6, 12, 60]) {
      for (const weights of [1, 2, 3, 6, n].filter((size) => n % size === 0)) {
        for (const posWeights of [1, 2, n]) {
          const image = new Image();
          const at = arrays(image, random, random.normals(n, 3), SOFT(random, n), n);
          const [w, v] = [image.put(random.floats(weights, 0, 2)), image.put(random.floats(posWeights, 0, 2), 1)];
          const what = `n = ${n}, ${weights} and ${posWeights} weights`;
          for (const [weight, posWeight] of [
            [w, v],
            [0, v],
            [w, 0],
          ]) {
            variants(same, what, image, "bceWithLogits", at, ({ loss, dx, x, y, dloss }) => {
              return [loss, dx, x, y, weight, weights, posWeight, posWeights, dloss, n, SCALE];
            });
          }
        }
      }
    }
  });

  /** The arrays of rows, their classes, weights, and the sizes that end most calls. */
  function eachRows(
    seed: number,
    call: (what: string, image: Image, at: At, classes: number, weight: number, sizes: number[]) => void,
  ): void {
    const random = new Random(seed);
    for (const { outer, cols, inner } of [
      ...SHAPES,
      { outer: 0, cols: 3, inner: 1 },
      { outer: 2, cols: 3, inner: 0 },
    ]) {
      for (const [name, values] of Object.entries(VALUES)) {
        const image = new Image();
        const rows = outer * inner;
        const [x, y] = [values(random, rows, cols), SOFT(random, rows * cols).map((v) => (v < 0.2 ? 0 : v))];
        const at = arrays(image, random, x, y, rows);
        const classes = image.putInts(random.ints(rows, cols));
        const weight = random.below(2) ? image.put(random.floats(cols, 0, 2), 1) : 0;
        call(`${outer} x ${cols} x ${inner}, ${name}`, image, at, classes, weight, [rows, cols, inner]);
      }
    }
  }

  test("nll", () => {
    eachRows(3, (what, image, at, classes, weight, sizes) => {
      for (const ignoreIndex of [-100, 0]) {
        variants(same, what, image, "nll", at, ({ loss, dx, x, dloss }) => {
          return [loss, dx, x, classes, weight, dloss, ...sizes, ignoreIndex, SCALE];
        });
      }
    });
  });

  test.each([1, 2])("multiMargin, p = %d", (p) => {
    eachRows(4, (what, image, at, classes, weight, sizes) => {
      variants(same, what, image, "multiMargin", at, ({ loss, dx, x, dloss }) => {
        return [loss, dx, x, classes, weight, dloss, ...sizes, p, 0.9, SCALE];
      });
    });
  });

  test("klDivergence", () => {
    eachRows(5, (what, image, at, _, __, sizes) => {
      for (const ofLogits of [0, 1]) {
        variants(same, what, image, "klDivergence", at, ({ loss, dx, x, y, dloss }) => {
          return [loss, dx, x, y, dloss, ...sizes, ofLogits, SCALE];
        });
        // values of every kind as the target
        variants(same, what, image, "klDivergence", { ...at, x: at.y, y: at.x, dx: at.dx }, (swapped) => {
          const { loss, dx, x, y, dloss } = swapped;
          return [loss, dx, x, y, dloss, ...sizes, ofLogits, SCALE];
        });
      }
    });
  });

  test("entropy", () => {
    eachRows(6, (what, image, at, _, __, sizes) => {
      variants(same, what, image, "entropy", at, ({ loss, dx, x, dloss }) => [loss, dx, x, dloss, ...sizes, SCALE]);
    });
  });

  test.each([0, 0.5, 2, 3.7])("focal, gamma %d", (gamma) => {
    eachRows(7, (what, image, at, classes, weight, sizes) => {
      for (const ignoreIndex of [-100, 0]) {
        variants(same, what, image, "focal", at, ({ loss, dx, x, dloss }) => {
          return [loss, dx, x, classes, weight, dloss, ...sizes, gamma, ignoreIndex, SCALE];
        });
      }
    });
  });
});
