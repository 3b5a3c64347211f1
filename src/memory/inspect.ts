/** More elements are shortened to so many at each end of an axis. */
const [MOST, EDGE] = [100, 3];

/** Nested arrays of the elements, from the one at `at` on; of an axis of more than 2 `edge` only its ends and "...". */
export function nested(shape: readonly number[], data: ArrayLike<number>, edge = Infinity, at = 0): unknown {
  if (shape.length === 0) return data[at];
  const [n, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  const items: unknown[] = [];
  for (let i = 0; i < n; i++) {
    if (i === edge && n > 2 * edge) {
      items.push("...");
      i = n - edge;
    }
    items.push(nested(rest, data, edge, at + i * size));
  }
  return items;
}

/** Shape and elements as [2, 3] [[1, 2, 3], [4, 5, 6]]. */
export function describe(shape: readonly number[], data: ArrayLike<number>): string {
  const short = data.length > MOST || data.length === 0;
  return `${text(shape)} ${text(nested(shape, data, short ? EDGE : Infinity))}`;
}

/** Six digits: as many as float32 keeps of any decimal number. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  return String(typeof value === "string" || Number.isInteger(value) ? value : +(value as number).toPrecision(6));
}
