import { logSumExp, type Softcell } from "softcell";
import { type Curve, curves, type Hue, type Picture, type Point, range, zip } from "./plot.js";

export function pictures(sc: Softcell): Record<string, Picture> {
  const x = range(-2, 2, 161);
  const pairs = new Float32Array([...x].flatMap((v) => [v, 0]));
  const soft = (temperature: number, hue: Hue, at: Point): Curve => {
    const y = logSumExp(sc, pairs, { cols: 2, temperature }).map((v) => v * temperature);
    return { name: `T = ${temperature}`, hue, points: zip(x, y), at, anchor: "end" };
  };
  return {
    "soft-maximum": (theme) => ({
      height: 360,
      x: { label: "x" },
      y: { label: "T logSumExp([x, 0] / T)", domain: [0, 2.7] },
      marks: curves(theme, [
        {
          name: "max(x, 0)",
          hue: "text",
          points: zip(
            x,
            x.map((v) => Math.max(v, 0)),
          ),
          at: [1.2, 1.0],
          dash: true,
        },
        soft(0.5, "green", [-0.06, 0.41]),
        soft(1, "blue", [-0.1, 0.77]),
        soft(2, "orange", [-0.1, 1.47]),
      ]),
    }),
  };
}
