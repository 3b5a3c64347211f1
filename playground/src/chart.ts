// Charts in the colours of the page, as wide as their place; drawn again when it changes.
import * as Plot from "@observablehq/plot";

export type Spec = (width: number) => Plot.PlotOptions;

const drawn = new Map<HTMLElement, () => void>();

/** Takes the place of what was in `place`. The label is what a screen reader says of it. */
export function draw(place: HTMLElement, label: string, spec: Spec): void {
  const paint = () => {
    const width = Math.max(200, place.clientWidth);
    const chart = Plot.plot({ width, style: "overflow: visible; font-size: 12px", ...spec(width) });
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", label);
    // an image has no parts, and a group may have no name of its own
    for (const group of chart.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
    place.replaceChildren(chart);
  };
  drawn.set(place, paint);
  paint();
}

let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (width === window.innerWidth) return;
  width = window.innerWidth;
  for (const paint of drawn.values()) paint();
});
