// Curves in the terminal. Every series has a mark of its own, so that it reads without colours, as in a log.
import { plot } from "simple-ascii-chart";

const MARKS = ["●", "○", "+", "×"];
const TICKS = 5;

export interface ChartOptions {
  title: string;
  xLabel?: string;
  /** In characters, without the axis. Default 72 x 16. */
  width?: number;
  height?: number;
}

/** Up to four series [x, y][] by name, each with at most one mark in a column: the mean of the points that lie in it. */
export function lineChart(
  series: Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>,
  { title, xLabel, width = 72, height = 16 }: ChartOptions,
): string {
  const names = Object.keys(series);
  if (names.length > MARKS.length) throw new RangeError(`a chart has at most ${MARKS.length} series`);
  const [left, right] = extent(Object.values(series).flatMap((points) => points.map(([x]) => x)));
  const columns = Object.values(series).map((points) => meanByColumn(points, left, right, width));
  const xs = extent(columns.flatMap((points) => points.map(([x]) => x)));
  const ys = extent(columns.flatMap((points) => points.map(([, y]) => y)));
  const labels = spread(ys).map((y) => short(y).length);
  let drawn = -1;
  const chart = plot(columns, {
    width,
    height,
    xLabel,
    // labels of one length: a longer one than that of the ends of the axis would be cut
    formatter: (value, { axis }) => (axis === "y" ? short(value).padStart(Math.max(...labels)) : short(value)),
    customXAxisTicks: spread(xs),
    customYAxisTicks: spread(ys),
    lineFormatter: ({ index, plotX, plotY }) => {
      if (index === 0) drawn++;
      return { x: plotX, y: plotY, symbol: MARKS[drawn] };
    },
  });
  const lines = chart.split("\n").map((line) => line.trimEnd());
  const legend = names.map((name, i) => `${MARKS[i]} ${name}`).join("   ");
  return [`${title}:   ${legend}`, ...lines.filter(Boolean)].join("\n");
}

function meanByColumn(points: readonly (readonly [number, number])[], left: number, right: number, width: number) {
  const columns: [number, number][][] = Array.from({ length: width }, () => []);
  for (const [x, y] of points) columns[Math.round(((x - left) / (right - left || 1)) * (width - 1))].push([x, y]);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const filled = columns.filter((own) => own.length > 0);
  return filled.map((own): [number, number] => [mean(own.map(([x]) => x)), mean(own.map(([, y]) => y))]);
}

const extent = (values: number[]): [number, number] => [
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
];

const short = (value: number) => String(Number(value.toPrecision(3)));

const spread = ([from, to]: readonly [number, number]) =>
  Array.from({ length: TICKS }, (_, i) => from + (i * (to - from)) / (TICKS - 1));
