import { CHOOSE, TILES } from "../backend/parts.js";
import * as check from "../check.js";
import { padded } from "../memory/block.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { ARGMAX_KEYS, type ArgmaxOptions, largestIn, nonEmptyRows } from "./argmax.js";
import { eachTile, tileBytes } from "./axis.js";
import { rowStart, run } from "./rows.js";

/** Options of hardmax(). */
export type HardmaxOptions<X = TensorLike> = ArgmaxOptions & {
  /** Where the result goes; may be x. Default: a new tensor or array, as x is. */
  out?: ResultOf<X>;
};

const KEYS = /* @__PURE__ */ ARGMAX_KEYS.concat("out");

/**
 * 1 for the largest entry of each row and 0 for the others, of the shape of x: ONNX's Hardmax. The first of equal entries, or
 * the last with `selectLast`; NaN counts as the largest. Throws as argmax.
 *
 * @example
 * hardmax(sc, [1, 3, 2, 0, -1, 0], { cols: 3 }); // 0, 1, 0, 1, 0, 0
 */
export function hardmax<X extends TensorLike>(sc: Softcell, x: X, options: HardmaxOptions<X> = {}): ResultOf<X> {
  const heap = heapOf(sc, CHOOSE);
  heap.use(TILES);
  check.options("options", options, KEYS);
  const { selectLast = false, out, ...rest } = options;
  check.boolean("selectLast", selectLast);
  const values = floats(heap, "x", x);
  const m = nonEmptyRows("x", values, rest);
  const { rows, cols, inner, shape } = m;
  const [tiles, n] = [tileBytes(m), rows * cols];
  const y = run(
    heap,
    values,
    undefined,
    out,
    shape,
    n,
    (_, to, from, __, ___, spare) => {
      const index = spare + tiles;
      eachTile(heap, m, spare, index, "row", from, 0, "row", (at, tile, _, count) =>
        largestIn(heap, at, tile, count, cols, selectLast),
      );
      const { f32, i32 } = heap;
      f32.fill(0, to >>> 2, (to >>> 2) + n);
      for (let r = 0; r < rows; r++) f32[(to >>> 2) + rowStart(m, r) + i32[(index >>> 2) + r] * inner] = 1;
    },
    m,
    tiles + padded(rows),
  );
  return y as ResultOf<X>;
}
