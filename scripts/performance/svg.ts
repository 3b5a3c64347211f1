// A chart that is light or dark by itself: drawn in the light theme, whose colours a style sheet exchanges.
import { type Picture, render, THEMES, type Theme } from "../../docs/pictures/plot.js";
import { escaped } from "./blocks.js";

const [light, dark] = THEMES;

const hues = (Object.keys(light) as (keyof Theme)[]).filter((key) => key !== "name");

const rules = hues.flatMap((hue) =>
  ["fill", "stroke", "color"].map((name) => `[${name}="${light[hue]}"]{${name}:${dark[hue]}}`),
);

const STYLE = `<style>@media (prefers-color-scheme: dark){${rules.join("")}}</style>`;

export interface Chart {
  /** For those who cannot see it; the tables have the figures. */
  alt: string;
  picture: Picture;
}

export function draw({ alt, picture }: Chart): string {
  const svg = render(picture, light);
  return svg.replace(
    /^<svg([^>]*)>/,
    `<svg$1 role="img" aria-label="${escaped(alt)}">${STYLE}<title>${escaped(alt)}</title>`,
  );
}
