import * as Plot from "@observablehq/plot";
import { type Softcell, sigmoid } from "softcell";
import { curves, type Picture, type Point, range, zip } from "./plot.js";

const entropy = (p: number) => p - 1;
const squared = (p: number) => 2 * (p - 1) * p * (1 - p);

export function pictures(sc: Softcell): Record<string, Picture> {
  const z = range(-8, 8, 321);
  const p = sigmoid(sc, z);
  return {
    "loss-gradients": (theme) => ({
      x: { label: "logit z of a class that is right" },
      y: { label: "gradient of z", domain: [-1.05, 0.05], ticks: 5 },
      marks: [
        Plot.ruleY([0], { stroke: theme.faint, strokeOpacity: 0.6 }),
        ...curves(theme, [
          { name: "cross-entropy: p - 1", hue: "blue", points: zip(z, p.map(entropy)), at: [1.2, -0.55] },
          {
            name: "squared error: 2 (p - 1) p (1 - p)",
            hue: "orange",
            points: zip(z, p.map(squared)),
            at: [-0.6, -0.4],
            anchor: "end",
          },
        ]),
      ],
    }),
    "loss-descent": (theme) => ({
      x: { label: "step", type: "log", domain: [1, 3000], ticks: [1, 10, 100, 1000], tickFormat: ",d" },
      y: { label: "probability of the right class", domain: [0, 1] },
      marks: curves(theme, [
        { name: "cross-entropy", hue: "blue", points: descent(sc, entropy), at: [14, 0.5] },
        { name: "squared error", hue: "orange", points: descent(sc, squared), at: [1350, 0.5], anchor: "end" },
      ]),
    }),
  };
}

/** The probability at each step of gradient descent from the logit -8. */
function descent(sc: Softcell, gradient: (p: number) => number): Point[] {
  const logit = Float32Array.of(-8);
  return Array.from({ length: 3000 }, (_, step) => {
    const [p] = sigmoid(sc, logit);
    logit[0] -= gradient(p);
    return [step + 1, p] as const;
  });
}
