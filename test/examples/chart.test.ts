// The terminal chart of the examples.
import { expect, test } from "vitest";
import { lineChart } from "../../examples/chart.js";

type Curve = [number, number][];
const curve = (f: (x: number) => number, xs: number[]): Curve => xs.map((x) => [x, f(x)]);
const xs = Array.from({ length: 101 }, (_, i) => i);

/** Column and row, from the left and the top, of each mark inside the axes. */
function marks(chart: string, mark: string): [number, number][] {
  const rows = chart.split("\n").filter((line) => /[┤│]/.test(line));
  return rows.flatMap((line, row) => {
    const inside = [...line.slice(line.search(/[┤│]/) + 1)];
    return inside.flatMap((c, column): [number, number][] => (c === mark ? [[column, row]] : []));
  });
}

test("a rising and a falling line cross the whole chart, each with its mark", () => {
  const chart = lineChart(
    { up: curve((x) => x, xs), down: curve((x) => 100 - x, xs) },
    { title: "percent", width: 21, height: 11 },
  );
  expect(chart.split("\n")[0]).toBe("percent:   ● up   ○ down");
  const [top, bottom] = [marks(chart, "●")[0], marks(chart, "●").at(-1)!];
  expect(bottom[1] - top[1]).toBe(10);
  expect(top[0]).toBeGreaterThan(bottom[0]);
  const columns = ["●", "○"].flatMap((mark) => marks(chart, mark).map(([column]) => column));
  expect(Math.max(...columns) - Math.min(...columns)).toBe(20);
});

test("no label is cut", () => {
  const chart = lineChart({ up: curve((x) => x, xs) }, { title: "t", width: 101 });
  expect(chart.match(/[\d.]+(?=┤)/g)).toEqual(["100", "75", "50", "25", "0"]);
  const odd = lineChart({ up: curve((x) => x - 0.5, [0, 1, 100.5]) }, { title: "t" });
  expect(odd.match(/[-\d.]+(?=┤)/g)).toEqual(["100", "74.9", "49.8", "24.6", "-0.5"]);
  expect(odd.split("\n").at(-1)).toMatch(/^ +0 +25.1 +50.3 +75.4 +101$/);
});

test("a column shows the mean of the points in it", () => {
  const noisy = curve((x) => (x % 2 ? 1 : 3), xs);
  const chart = lineChart(
    {
      noisy,
      limits: [
        [0, 0],
        [100, 4],
      ],
    },
    { title: "t", width: 5, height: 9 },
  );
  expect(new Set(marks(chart, "●").map(([, row]) => row)).size).toBe(1);
});

test("more series than marks are refused", () => {
  const all = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, curve((x) => x, xs)]));
  expect(() => lineChart(all, { title: "t" })).toThrow("at most 4 series");
});
