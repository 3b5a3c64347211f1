import * as Plot from "@observablehq/plot";
import {
  adam,
  crossEntropy,
  elu,
  eluBackward,
  type Linear,
  leakyRelu,
  leakyReluBackward,
  linear,
  prelu,
  preluBackward,
  relu,
  reluBackward,
  type Softcell,
} from "softcell";
import { curves, type Hue, type Picture, range, zip } from "./plot.js";

const INPUTS = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
const XOR = Int32Array.of(0, 1, 1, 0);
const FRAME = [-0.5, 1.5] as const;
const UNITS = [2, 3, 4, 6, 8];
const NETWORKS = 40;

interface Activation {
  name: string;
  hue: Hue;
  forward(x: Float32Array): Float32Array;
  backward(dy: Float32Array, x: Float32Array): Float32Array;
}

function activationsOf(sc: Softcell, slope: Float32Array): Activation[] {
  return [
    { name: "none", hue: "faint", forward: (x) => x, backward: (dy) => dy },
    { name: "relu", hue: "orange", forward: (x) => relu(sc, x), backward: (dy, x) => reluBackward(sc, dy, { y: x }) },
    {
      name: "leaky relu",
      hue: "pink",
      forward: (x) => leakyRelu(sc, x),
      backward: (dy, x) => leakyReluBackward(sc, dy, { x }),
    },
    {
      name: "PReLU",
      hue: "green",
      forward: (x) => prelu(sc, x, slope),
      backward(dy, x) {
        const { dx, dweight } = preluBackward(sc, dy, { x, weight: slope });
        slope[0] -= 0.05 * dweight[0];
        return dx;
      },
    },
    { name: "ELU", hue: "blue", forward: (x) => elu(sc, x), backward: (dy, x) => eluBackward(sc, dy, { x }) },
  ];
}

interface Network {
  hidden: Linear;
  head: Linear;
  solved: boolean;
}

function train(sc: Softcell, { forward, backward }: Activation, units: number): Network {
  const hidden = linear(sc, { inFeatures: 2, outFeatures: units });
  const head = linear(sc, { inFeatures: units, outFeatures: 2 });
  const optimizer = adam(sc, [hidden, head], { lr: 0.05 });
  for (let step = 0; step < 400; step++) {
    optimizer.zeroGrad();
    const x = hidden.forward(INPUTS);
    const { loss, dlogits } = crossEntropy(sc, head.forward(forward(x.data)).data, XOR, { classes: 2 });
    if (loss < 0.1) return { hidden, head, solved: true };
    hidden.backward(backward(head.backward(dlogits).data, x.data));
    optimizer.step();
  }
  return { hidden, head, solved: false };
}

export function pictures(sc: Softcell): Record<string, Picture> {
  const slope = Float32Array.of(0.25);
  const activations = activationsOf(sc, slope);
  const x = range(-3, 2, 251);
  const shapes = activations.slice(1).map(({ name, hue, forward }) => ({ name, hue, points: zip(x, forward(x)) }));
  const shapesAt = [
    [-1.4, 0.14],
    [-2.4, -0.16],
    [-2.9, -0.5],
    [-1.1, -0.85],
  ] as const;

  const networks = activations.map((activation) =>
    UNITS.map((units) =>
      Array.from({ length: NETWORKS }, () => {
        slope[0] = 0.25;
        return { ...train(sc, activation, units), slope: slope[0] };
      }),
    ),
  );
  const share = (i: number) =>
    UNITS.map((units, j) => [units, networks[i][j].filter(({ solved }) => solved).length / NETWORKS] as const);
  const shareAt = [
    [7, 0.05],
    [4.6, 0.62],
    [3.25, 0.72],
    [2.08, 0.81],
    [2.12, 0.96],
  ] as const;

  const regions = activations.slice(1).flatMap(({ name, forward }, i) => {
    const all = networks[i + 1][UNITS.indexOf(4)];
    const network = all.find(({ solved }) => solved) ?? all[0];
    slope[0] = network.slope;
    return region(network, forward).map((span) => ({ name, ...span }));
  });
  return {
    activations: (theme) => ({
      height: 360,
      x: { label: "x", domain: [-3, 2] },
      y: { label: "y", domain: [-1.2, 2] },
      marks: [
        Plot.ruleY([0], { stroke: theme.faint, strokeOpacity: 0.6 }),
        ...curves(
          theme,
          shapes.map((shape, i) => ({ ...shape, at: shapesAt[i] })),
        ),
      ],
    }),
    "xor-solved": (theme) => ({
      x: { label: "hidden units", ticks: UNITS, tickFormat: "d", domain: [2, 8] },
      y: { label: `share of ${NETWORKS} networks that learn XOR`, domain: [0, 1], tickFormat: "%" },
      marks: [
        ...curves(
          theme,
          activations.map(({ name, hue }, i) => ({ name, hue, points: share(i), at: shareAt[i] })),
        ),
        ...activations.map(({ hue }, i) => Plot.dot(share(i), { fill: theme[hue], r: 3.5 })),
      ],
    }),
    "xor-regions": (theme) => ({
      height: 200,
      marginTop: 34,
      marginLeft: 24,
      marginRight: 20,
      marginBottom: 26,
      x: { domain: FRAME, ticks: [0, 1], tickFormat: "d", label: null },
      y: { domain: FRAME, ticks: [0, 1], tickFormat: "d", label: null },
      fx: { domain: activations.slice(1).map(({ name }) => name), label: null, padding: 0.08 },
      marks: [
        Plot.rect(regions, { fx: "name", x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: theme.soft }),
        Plot.frame({ stroke: theme.faint }),
        Plot.dot(XOR, {
          x: (_, i) => INPUTS[2 * i],
          y: (_, i) => INPUTS[2 * i + 1],
          r: 5,
          fill: (target) => (target ? theme.blue : theme.background),
          stroke: theme.text,
        }),
      ],
    }),
  };
}

interface Span {
  x1: number;
  x2: number;
  y1: number;
  y2: number;
}

/** Where a network answers 1, as spans of 100 rows; their ends are interpolated. */
function region({ hidden, head }: Network, forward: (x: Float32Array) => Float32Array): Span[] {
  const n = 100;
  const at = range(FRAME[0], FRAME[1], n);
  const points = Float32Array.from({ length: 2 * n * n }, (_, i) =>
    i & 1 ? at[Math.floor(i / 2 / n)] : at[(i / 2) % n],
  );
  const logits = head.forward(forward(hidden.forward(points).data)).data;
  const margin = Float32Array.from({ length: n * n }, (_, i) => logits[2 * i + 1] - logits[2 * i]);
  const spans: Span[] = [];
  const step = (FRAME[1] - FRAME[0]) / (n - 1);
  at.forEach((y, row) => {
    const m = margin.subarray(row * n, (row + 1) * n);
    // rows overlap by half, or their seams would be seen
    const [y1, y2] = [Math.max(y - step, FRAME[0]), Math.min(y + step / 2, FRAME[1])];
    for (let i = 0, x1 = FRAME[0]; i < n; i++) {
      if (i > 0 && m[i] > 0 && m[i - 1] <= 0) x1 = at[i] - (step * m[i]) / (m[i] - m[i - 1]);
      if (m[i] > 0 && (i === n - 1 || m[i + 1] <= 0)) {
        const x2 = i === n - 1 ? FRAME[1] : at[i] + (step * m[i]) / (m[i] - m[i + 1]);
        spans.push({ x1, x2, y1, y2 });
      }
    }
  });
  return spans;
}
