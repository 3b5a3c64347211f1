import * as Plot from "@observablehq/plot";
import { type Softcell, sigmoid, softmax } from "softcell";
import { note, type Picture, range, zip } from "./plot.js";

const CLASSES = ["beach", "sea", "dog", "car"];

export function pictures(sc: Softcell): Record<string, Picture> {
  const z = range(-6, 6, 241);
  const few = range(-6, 6, 25);
  const pairs = new Float32Array([...few].flatMap((v) => [v, 0]));
  const first = softmax(sc, pairs, { cols: 2 }).filter((_, i) => i % 2 === 0);

  const logits = Float32Array.of(2.5, 2, 1, -3);
  const bars = Object.entries({ "sigmoid of each": sigmoid(sc, logits), "softmax of all": softmax(sc, logits) });
  const all = bars.flatMap(([output, p]) => CLASSES.map((name, i) => ({ output, name, p: p[i] })));
  return {
    "two-classes": (theme) => ({
      x: { label: "z" },
      y: { label: "probability", domain: [0, 1] },
      marks: [
        Plot.line(zip(z, sigmoid(sc, z)), { stroke: theme.blue, strokeWidth: 2.25 }),
        Plot.dot(zip(few, first), { stroke: theme.orange, strokeWidth: 2, r: 5 }),
        note(theme, "sigmoid(z)", [2.1, 0.8], "start", "blue"),
        note(theme, "softmax([z, 0])[0]", [-0.3, 0.55], "end", "orange"),
      ],
    }),
    "many-classes": (theme) => ({
      height: 280,
      marginTop: 44,
      x: { label: null, domain: CLASSES, tickSize: 0 },
      y: { axis: null, domain: [0, 1.08] },
      fx: { label: null, domain: bars.map(([output]) => output), padding: 0.15 },
      marks: [
        Plot.barY(all, {
          x: "name",
          y: "p",
          fx: "output",
          fill: ({ output }) => (output === "softmax of all" ? theme.blue : theme.orange),
          insetLeft: 3,
          insetRight: 3,
        }),
        Plot.text(all, { x: "name", y: "p", fx: "output", text: ({ p }) => p.toFixed(2), dy: -9, fill: theme.text }),
        Plot.ruleY([0]),
      ],
    }),
  };
}
