// Draws in plain TypeScript, so that they exist once: only the exponentials gain by a kernel, and they are in float64,
// the same on every backend.
import { CHOOSE } from "../backend/parts.js";
import * as check from "../check.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { floats, Tensor, type TensorLike } from "../memory/tensor.js";
import { type IndexOptions, largestOf, nonEmptyRows } from "./argmax.js";
import { readRows } from "./axis.js";
import { type Place, Ranked } from "./ranked.js";
import { type Rows, rowStart } from "./rows.js";

/** Options of sample(). */
export type SampleOptions = IndexOptions & {
  /** Divides the logits, before all else. Default 1; 0 takes the largest of each row, and draws nothing. */
  temperature?: number;
  /**
   * Only so many of the largest logits, the lower index of equal ones first. 0, or as many as there are or more: all, as in Hugging
   * Face's transformers and llama.cpp. Default 0.
   */
  topK?: number;
  /**
   * Then only the smallest set of the largest whose probability, among those of topK, is at least this, in
   * [0, 1]: 1 keeps all, 0 the largest alone, as in transformers and llama.cpp. Default 1.
   */
  topP?: number;
  /** From 0 to 2^32 - 1: the same draws in every call. Default: the generator of this instance goes on. */
  seed?: number;
};

const KEYS = ["cols", "shape", "axis", "temperature", "topK", "topP", "seed"];

/**
 * One class drawn for each row from softmax(logits / temperature), after topK and then topP (Holtzman et al., arXiv
 * 1904.09751; the entry that crosses topP belongs to it), by inversion of the cumulative sum in float64: the same draws on
 * every backend. Masked classes (-Infinity) are never drawn. A new array with one for each row. Throws as argmax, and
 * RangeError where a row is all -Infinity or has NaN or Infinity, with the row; nothing is drawn then.
 *
 * @example
 * sample(sc, [1, 3, 2], { temperature: 0.8, topK: 2, topP: 0.95, seed: 1 }); // 1
 */
export function sample(sc: Softcell, given: TensorLike, options: SampleOptions = {}): Int32Array {
  const heap = heapOf(sc, CHOOSE);
  const logits = floats(heap, "logits", given);
  check.options("options", options, KEYS);
  const { temperature = 1, topK = 0, topP = 1, seed, ...rest } = options;
  const m = nonEmptyRows("logits", logits, rest);
  const { rows, cols } = m;
  check.number("temperature", temperature, 0, Number.MAX_VALUE);
  const k = Math.min(check.integer("topK", topK, 0) || cols, cols);
  check.number("topP", topP, 0, 1);
  const source = randomOf(sc, seed);
  const tops = maximaOf(logits instanceof Tensor ? logits.data : logits, m);
  if (temperature === 0) return largestOf(heap, logits, rest);

  const ranked = k < cols || topP < 1 ? new Ranked(cols) : undefined;
  const drawn = new Int32Array(rows);
  readRows(heap, m, logits, 8 * cols, (x, n, first, place) => {
    const w = new Float64Array(heap.buffer, place, cols);
    for (let r = first, from = x; r < first + n; r++, from += 4 * cols) {
      heap.kernels.expWeights(place, from, cols, tops[r], temperature);
      const u = source.double();
      if (ranked) {
        ranked.start(heap.i32.subarray(from >>> 2, (from >>> 2) + cols), w);
        drawn[r] = drawRanked(ranked, k < cols ? ranked.kth(k) : undefined, topP, u, sum(w));
      } else drawn[r] = draw(w, u * sum(w));
    }
  });
  return drawn;
}

function sum(w: Float64Array): number {
  let total = 0;
  for (let i = 0; i < w.length; i++) total += w[i];
  return total;
}

/** The largest of each row. Throws RangeError where it is not finite, or a NaN is in the row. */
function maximaOf(x: Float32Array, m: Rows): Float32Array {
  const { rows, cols, inner } = m;
  const tops = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0, i = rowStart(m, r); c < cols; c++, i += inner) if (x[i] > top || x[i] !== x[i]) top = x[i];
    if (!Number.isFinite(top)) {
      throw new RangeError(`"logits" expected a finite maximum in each row and no NaN, got ${top} in row ${r}`);
    }
    tops[r] = top;
  }
  return tops;
}

/** One of those that topK, up to `last`, and topP leave, by u in [0, 1). */
function drawRanked(row: Ranked, last: Place | undefined, topP: number, u: number, total: number): number {
  const cut = topP < 1 ? row.reaching(topP * (last?.mass ?? total)) : (last as Place);
  const drawn = row.reaching(u * cut.mass);
  // not past the cut, where the sums on the way to it are rounded otherwise
  return drawn.key > cut.key || (drawn.key === cut.key && drawn.index > cut.index) ? cut.index : drawn.index;
}

/** The first whose weight takes the sum past `target`, which is below the whole: never a weight of 0. */
function draw(w: Float64Array, target: number): number {
  let mass = 0;
  let i = 0;
  for (; mass <= target; i++) mass += w[i];
  return i - 1;
}
