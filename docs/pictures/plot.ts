// How the pictures of the guide look: one size and type, two themes, curves with their names beside them.
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

export interface Theme {
  name: "light" | "dark";
  background: string;
  text: string;
  faint: string;
  /** The hues of Okabe and Ito, which colour-blind readers tell apart, each with contrast 4.5 or more on the background. */
  blue: string;
  orange: string;
  green: string;
  pink: string;
  /** A surface of blue, behind dots. */
  soft: string;
}

export const THEMES: readonly Theme[] = [
  {
    name: "light",
    background: "#ffffff",
    text: "#24292f",
    faint: "#6a737d",
    blue: "#0068a8",
    orange: "#c04a00",
    green: "#007a58",
    pink: "#a8488a",
    soft: "#c8dfee",
  },
  {
    name: "dark",
    background: "#0d1117",
    text: "#e6edf3",
    faint: "#8d96a0",
    blue: "#56b4e9",
    orange: "#f08a3c",
    green: "#2fc79a",
    pink: "#e59ac8",
    soft: "#1d435c",
  },
];

export type Hue = "blue" | "orange" | "green" | "pink" | "faint" | "text";
export type Point = readonly [x: number, y: number];

/** The specification of a picture in the colours of a theme. */
export type Picture = (theme: Theme) => Plot.PlotOptions;

const { document } = parseHTML("<!doctype html><html></html>");

/** A picture as a standalone SVG. Coordinates have two decimals: the last bits of Math.log differ between engines. */
export function render(picture: Picture, theme: Theme): string {
  const options: Plot.PlotOptions = {
    width: 640,
    height: 320,
    marginLeft: 50,
    marginBottom: 42,
    marginRight: 24,
    marginTop: 34,
    ...picture(theme),
  };
  const svg = Plot.plot({ ...options, document });
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("color", theme.text);
  svg.setAttribute("font-size", "13");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", theme.background],
  ])
    ground.setAttribute(name, value);
  svg.prepend(ground as unknown as Node);
  const text = svg.outerHTML.replace(/="[^"]*"/g, (value) =>
    value.replace(/-?\d+\.\d{3,}/g, (x) => String(Number(Number(x).toFixed(2)))),
  );
  return `${text.replace(/<(g|text|path|rect)\b/g, "\n<$1")}\n`;
}

export interface Curve {
  name: string;
  hue: Hue;
  points: readonly Point[];
  /** Where the name stands, and which end of it. */
  at: Point;
  anchor?: "start" | "middle" | "end";
  dash?: boolean;
  width?: number;
}

/** Curves with their names beside them instead of a legend. A point with NaN or Infinity interrupts its curve. */
export function curves(theme: Theme, all: readonly Curve[]): Plot.Markish[] {
  const paint = (hue: Hue) => theme[hue];
  return [
    ...all.map(({ points, hue, dash, width = 2.25 }) =>
      Plot.line(points, { stroke: paint(hue), strokeWidth: width, strokeDasharray: dash ? "6 5" : undefined }),
    ),
    ...all.map(({ name, hue, at, anchor = "start" }) => note(theme, name, at, anchor, hue)),
  ];
}

/** A line of text at a point of the data; "\n" starts a new line. */
export function note(
  theme: Theme,
  text: string,
  at: Point,
  anchor: "start" | "middle" | "end" = "start",
  hue: Hue = "faint",
): Plot.Markish {
  const halo = { stroke: theme.background, strokeWidth: 7 };
  return Plot.text([at], { text: () => text, fill: theme[hue], textAnchor: anchor, ...halo });
}

/** A power of ten as 10⁻³. */
export function power(x: number): string {
  const exponent = String(Math.round(Math.log10(x)));
  return exponent === "0" ? "1" : `10${[...exponent].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")}`;
}

/** n points evenly from `from` to `to`, both included. */
export function range(from: number, to: number, n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** The points (x[i], y[i]). */
export function zip(x: ArrayLike<number>, y: ArrayLike<number>): Point[] {
  return Array.from(x, (value, i) => [value, y[i]] as const);
}
