import * as Plot from "@observablehq/plot";
import { exp, type Softcell, softmax } from "softcell";
import { curves, note, type Picture, power, range, zip } from "./plot.js";

export function pictures(sc: Softcell): Record<string, Picture> {
  const offsets = range(-150, 150, 601);
  const rows = new Float32Array([...offsets].flatMap((z) => [z + 1, z]));
  const shifted = softmax(sc, rows, { cols: 2 }).filter((_, i) => i % 2 === 0);
  const e = exp(sc, rows);
  const plain = offsets.map((_, i) => e[2 * i] / Math.fround(e[2 * i] + e[2 * i + 1]));
  const gaps = range(1, 84, 84);
  return {
    "offset-window": (theme) => ({
      x: { label: "offset z" },
      y: { label: "softmax of [z + 1, z], first entry", domain: [0, 1] },
      marks: [
        ...curves(theme, [
          {
            name: "exp(x) / sum in float32",
            hue: "orange",
            points: zip(offsets, plain),
            at: [-8, 0.64],
            anchor: "middle",
            width: 6,
          },
          { name: "softmax", hue: "blue", points: zip(offsets, shifted), at: [119, 0.8], anchor: "middle" },
        ]),
        note(theme, "0 / 0 = NaN", [-128, 0.64], "middle", "orange"),
        note(theme, "∞ / ∞ = NaN", [119, 0.64], "middle", "orange"),
        Plot.ruleY([0]),
      ],
    }),
    "rounded-difference": (theme) => ({
      x: { label: "distance of the entry from the maximum", domain: [0, 90] },
      y: {
        label: "relative error of its probability, worst of 64 rows",
        type: "log",
        domain: [1e-8, 1e-5],
        ticks: [1e-8, 1e-7, 1e-6, 1e-5],
        tickFormat: power,
      },
      marks: curves(theme, [
        {
          name: "x - max rounded to float32, the rest exact",
          hue: "orange",
          points: worst(sc, gaps, true),
          at: [4, 4e-6],
        },
        { name: "softmax", hue: "blue", points: worst(sc, gaps, false), at: [50, 4e-8], anchor: "middle" },
      ]),
    }),
  };
}

/** The worst relative error of the second probability of 64 rows about [gap, 0], for each gap, against float64. */
function worst(sc: Softcell, gaps: Float32Array, rounded: boolean): [number, number][] {
  const share = (difference: number) => Math.exp(difference) / (1 + Math.exp(difference));
  return Array.from(gaps, (gap) => {
    const rows = Float32Array.from({ length: 128 }, (_, i) => (i % 2 ? Math.sin(i) : gap + Math.sin(i * i)));
    const p = softmax(sc, rows, { cols: 2 });
    const errors = Array.from({ length: 64 }, (_, i) => {
      const difference = rows[2 * i + 1] - rows[2 * i];
      return Math.abs((rounded ? share(Math.fround(difference)) : p[2 * i + 1]) / share(difference) - 1);
    });
    return [gap, Math.max(...errors)];
  });
}
