import * as Plot from "@observablehq/plot";
import { type Softcell, sigmoid, tanh } from "softcell";
import { curves, type Hue, type Picture, type Point, range, zip } from "./plot.js";

const FORGET: readonly [bias: number, hue: Hue, at: Point, anchor?: "end"][] = [
  [0, "orange", [2.9, 0.06], "end"],
  [1, "pink", [4.2, 0.31]],
  [2, "green", [5.9, 0.52]],
  [5, "blue", [15, 0.83]],
];

export function pictures(sc: Softcell): Record<string, Picture> {
  const steps = Array.from({ length: 21 }, (_, t) => t);
  const z = range(-8, 8, 321);
  const [tanhs, sigmoids] = [tanh(sc, z), sigmoid(sc, z)];
  return {
    "forget-gate": (theme) => ({
      x: { label: "steps" },
      y: { label: "share of a memory that is left, f to the power of the steps", domain: [0, 1] },
      marks: curves(
        theme,
        FORGET.map(([bias, hue, at, anchor]) => {
          const [f] = sigmoid(sc, Float32Array.of(bias));
          return { name: `f = ${f.toFixed(2)}`, hue, points: steps.map((t) => [t, f ** t] as const), at, anchor };
        }),
      ),
    }),
    "gate-derivatives": (theme) => ({
      x: { label: "output u", domain: [-1, 1] },
      y: { label: "derivative", domain: [0, 1.05] },
      marks: [
        Plot.ruleY([0]),
        ...curves(theme, [
          {
            name: "tanh: 1 - u²",
            hue: "blue",
            points: zip(
              tanhs,
              tanhs.map((u) => 1 - u * u),
            ),
            at: [-0.5, 0.88],
            anchor: "end",
          },
          {
            name: "sigmoid: u (1 - u)",
            hue: "orange",
            points: zip(
              sigmoids,
              sigmoids.map((u) => u * (1 - u)),
            ),
            at: [0.5, 0.31],
            anchor: "middle",
          },
        ]),
      ],
    }),
  };
}
