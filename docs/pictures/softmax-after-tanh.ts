import * as Plot from "@observablehq/plot";
import { adam, crossEntropy, linear, type Softcell, softmax, tanh } from "softcell";
import { type Curve, curves, type Hue, note, type Picture, type Point, power, range, zip } from "./plot.js";

const ROW = [1, 0.3, -0.2, -0.5];
const T99 = 2 / Math.log((0.99 * 3) / 0.01);

export function pictures(sc: Softcell): Record<string, Picture> {
  const classes = Array.from({ length: 61 }, (_, i) => Math.round(2 * 500 ** (i / 60)));
  const bound = (temperature: number, hue: Hue, at: Point): Curve => {
    const points = classes.map(
      (k) => [k, softmax(sc, new Float32Array(k).fill(-1).fill(1, 0, 1), { temperature })[0]] as const,
    );
    return { name: `T = ${temperature}`, hue, points, at, anchor: "middle" };
  };
  const s = range(0, 5, 201);
  const first = (rows: number[]) => softmax(sc, new Float32Array(rows), { cols: 4 }).filter((_, i) => i % 4 === 0);
  const rescaled = (width: number) => first(ROW.map((v) => (width * (v - ROW[3])) / (ROW[0] - ROW[3])))[0];
  const runs = [train(sc, 1, true), train(sc, 1 / T99, true), train(sc, 1, false)];
  return {
    "tanh-bound": (theme) => ({
      x: { label: "classes", type: "log", domain: [2, 1000], ticks: [2, 10, 100, 1000], tickFormat: ",d" },
      y: { label: "largest possible probability", domain: [0, 1] },
      marks: [
        Plot.ruleY([0]),
        ...curves(theme, [
          bound(1, "orange", [9, 0.6]),
          bound(0.5, "pink", [55, 0.6]),
          bound(0.25, "green", [300, 0.78]),
          bound(0.1, "blue", [400, 0.94]),
        ]),
      ],
    }),
    "tanh-training": (theme) => ({
      x: { label: "step" },
      y: { label: "loss", type: "log", domain: [1e-3, 3], ticks: [1e-3, 1e-2, 1e-1, 1], tickFormat: power },
      marks: [
        Plot.ruleY([0.341], { stroke: theme.faint, strokeDasharray: "2 4" }),
        note(theme, "0.341", [297, 0.2], "end"),
        ...curves(theme, [
          { name: "tanh", hue: "orange", points: runs[0], at: [150, 0.5], anchor: "middle" },
          { name: `tanh, T = ${T99.toFixed(2)}`, hue: "green", points: runs[1], at: [200, 0.03], anchor: "middle" },
          { name: "linear", hue: "blue", points: runs[2], at: [150, 0.0022], anchor: "middle" },
        ]),
      ],
    }),
    "rescaled-confidence": (theme) => ({
      x: { label: "s" },
      y: { label: "probability of the largest entry of s [1, 0.3, -0.2, -0.5]", domain: [0, 1] },
      marks: [
        Plot.ruleY([0]),
        ...curves(theme, [
          {
            name: "rescaled to 0 ... 20",
            hue: "pink",
            points: [
              [0, rescaled(20)],
              [5, rescaled(20)],
            ],
            at: [1, 0.94],
          },
          {
            name: "rescaled to 0 ... 1",
            hue: "orange",
            points: [
              [0, rescaled(1)],
              [5, rescaled(1)],
            ],
            at: [3.5, 0.36],
          },
          {
            name: "as it is",
            hue: "blue",
            points: zip(s, first([...s].flatMap((v) => ROW.map((x) => v * x)))),
            at: [2.2, 0.68],
          },
        ]),
      ],
    }),
  };
}

/** The loss of each of 300 steps on four clouds of points; the output is head(tanh(hidden)), or tanh of it, times scale. */
function train(sc: Softcell, scale: number, bounded: boolean): Point[] {
  const labels = Int32Array.from({ length: 64 }, (_, i) => i % 4);
  const points = Float32Array.from({ length: 128 }, (_, i) => {
    const [row, y] = [i >> 1, i & 1];
    return (labels[row] & (y ? 2 : 1) ? 1 : -1) + 0.6 * (y ? Math.cos(3 * row * row) : Math.sin(row * row));
  });
  const hidden = linear(sc, { inFeatures: 2, outFeatures: 16 });
  const head = linear(sc, { inFeatures: 16, outFeatures: 4 });
  const optimizer = adam(sc, [hidden, head], { lr: 0.02 });
  return Array.from({ length: 300 }, (_, step) => {
    optimizer.zeroGrad();
    const h = tanh(sc, hidden.forward(points).data);
    const z = head.forward(h).data;
    const y = bounded ? tanh(sc, z) : z;
    const { loss, dlogits } = crossEntropy(
      sc,
      y.map((v) => v * scale),
      labels,
      { classes: 4 },
    );
    const dh = head.backward(dlogits.map((d, i) => d * scale * (bounded ? 1 - y[i] * y[i] : 1))).data;
    hidden.backward(dh.map((d, i) => d * (1 - h[i] * h[i])));
    optimizer.step();
    return [step + 1, loss] as const;
  });
}
