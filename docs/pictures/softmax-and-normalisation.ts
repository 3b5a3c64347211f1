import * as Plot from "@observablehq/plot";
import { type Softcell, softmax } from "softcell";
import { curves, type Picture, range, zip } from "./plot.js";

export function pictures(sc: Softcell): Record<string, Picture> {
  const second = (rows: Float32Array) => softmax(sc, rows, { cols: 2 }).filter((_, i) => i % 2 === 1);
  const s = range(0, 10, 201);
  const scaled = second(new Float32Array([...s].flatMap((v) => [v, 2 * v])));
  const c = range(-10, 10, 401);
  const moved = second(new Float32Array([...c].flatMap((v) => [1 + v, 2 + v])));
  // outside of the frame, and between the branches at the pole, nothing is drawn
  const pole = c.map((v) => (2 + v) / (3 + 2 * v)).map((p) => (p > -1 && p < 2 ? p : NaN));
  return {
    scale: (theme) => ({
      x: { label: "s" },
      y: { label: "second probability of s [1, 2]", domain: [0, 1] },
      marks: [
        Plot.ruleY([0]),
        ...curves(theme, [
          {
            name: "x / sum",
            hue: "orange",
            points: zip(
              s,
              s.map(() => 2 / 3),
            ),
            at: [8, 0.6],
            anchor: "middle",
          },
          { name: "softmax(sc, x)", hue: "blue", points: zip(s, scaled), at: [2.5, 0.84] },
        ]),
      ],
    }),
    offset: (theme) => ({
      x: { label: "c" },
      y: { label: "second probability of [1 + c, 2 + c]", domain: [-1, 2], ticks: [-1, 0, 1, 2] },
      marks: [
        Plot.ruleY([0, 1], { stroke: theme.faint, strokeOpacity: 0.6 }),
        ...curves(theme, [
          { name: "x / sum", hue: "orange", points: zip(c, pole), at: [-1, 1.6] },
          { name: "softmax(sc, x)", hue: "blue", points: zip(c, moved), at: [7, 0.87], anchor: "middle" },
        ]),
      ],
    }),
  };
}
