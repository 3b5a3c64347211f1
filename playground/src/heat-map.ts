// The gates of a cell as it reads a name: a map for each gate, a column for each character, a row for each unit.
import type { Gates } from "./dinosaurs-messages.js";

type Color = readonly [red: number, green: number, blue: number];

const BLUE: Color = [0, 104, 168];
const ORANGE: Color = [224, 110, 20];
const CELL = { width: 24, height: 2 };

const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** 0 is the ground, 1 blue, -1 orange. */
function colorOf(value: number): Color {
  const ground: Color = dark.matches ? [13, 17, 23] : [255, 255, 255];
  const end = value < 0 ? ORANGE : dark.matches ? ([86, 180, 233] as const) : BLUE;
  const share = Math.min(1, Math.abs(value));
  return [0, 1, 2].map((i) => ground[i] + share * (end[i] - ground[i])) as unknown as Color;
}

/** Gate 0 to 3: i f g o. */
export function drawGate(canvas: HTMLCanvasElement, { text, hidden, values }: Gates, gate: number): void {
  canvas.width = text.length * CELL.width;
  canvas.height = hidden * CELL.height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  for (let t = 0; t < text.length; t++) {
    for (let unit = 0; unit < hidden; unit++) {
      const color = colorOf(values[(4 * t + gate) * hidden + unit]);
      context.fillStyle = `rgb(${color.map(Math.round).join(" ")})`;
      context.fillRect(t * CELL.width, unit * CELL.height, CELL.width, CELL.height);
    }
  }
}

/** The mean of a gate for each character. */
export function means({ text, hidden, values }: Gates, gate: number): number[] {
  return Array.from(text, (_, t) => {
    const start = (4 * t + gate) * hidden;
    return values.subarray(start, start + hidden).reduce((a, b) => a + b) / hidden;
  });
}

export const onThemeChange = (redraw: () => void): void => dark.addEventListener("change", redraw);
