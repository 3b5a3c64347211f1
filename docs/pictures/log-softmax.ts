import * as Plot from "@observablehq/plot";
import { log, logSoftmax, type Softcell, softmax } from "softcell";
import { curves, note, type Picture, power, range, zip } from "./plot.js";

export function pictures(sc: Softcell): Record<string, Picture> {
  const far = range(0, 120, 481);
  const pairs = new Float32Array([...far].flatMap((d) => [d, 0]));
  const second = (y: Float32Array) => y.filter((_, i) => i % 2 === 1);
  const exact = second(logSoftmax(sc, pairs, { cols: 2 }));
  const logOf = second(log(sc, softmax(sc, pairs, { cols: 2 })));

  const near = range(0, 30, 601);
  const triples = new Float32Array([...near].flatMap((d) => [d, 0, 0]));
  const loss = (y: Float32Array) => y.filter((_, i) => i % 3 === 0).map((v) => (v === 0 ? NaN : -v));
  const kept = loss(logSoftmax(sc, triples, { cols: 3 }));
  const lost = loss(log(sc, softmax(sc, triples, { cols: 3 })));
  return {
    "log-of-small": (theme) => ({
      x: { label: "d" },
      y: { label: "log-probability of the second entry of [d, 0]", domain: [-120, 0] },
      marks: [
        ...curves(theme, [
          { name: "log(softmax(x))", hue: "orange", points: zip(far, logOf), at: [40, -62], anchor: "end", width: 6 },
          { name: "logSoftmax(sc, x)", hue: "blue", points: zip(far, exact), at: [98, -112], anchor: "end" },
        ]),
        note(theme, "−∞ from here", [84, -88], "end", "orange"),
      ],
    }),
    "log-of-large": (theme) => ({
      x: { label: "d" },
      y: {
        label: "loss of the first entry of [d, 0, 0]",
        type: "log",
        domain: [1e-13, 1.5],
        ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1],
        tickFormat: power,
      },
      marks: [
        Plot.dot(zip(near, lost), { r: 2.5, fill: theme.orange }),
        ...curves(theme, [
          { name: "-logSoftmax(sc, x)", hue: "blue", points: zip(near, kept), at: [22.5, 1e-11], anchor: "end" },
        ]),
        note(theme, "-log(softmax(x))", [9.5, 1e-6], "end", "orange"),
        note(theme, "exactly 0 from here", [18.3, 8e-8], "start", "orange"),
      ],
    }),
  };
}
