// One case of a call: an instance, its sizes, and where the arrays lie that are made for it.
import { type Floats, initSync, type Layer, linear, type Softcell, type Tensor, tensor } from "../../../src/index.js";
import { fallback } from "../../../src/js/index.js";
import { binary, type Target } from "../backends.js";
import { piecesOf } from "../instance.js";
import { Random } from "../random.js";

/** What is drawn of a case; the same plan makes the same case again. */
export interface Plan {
  target: Target;
  seed: number;
  rows: number;
  cols: number;
  hidden: number;
  batch: number;
  /** Layers of an LSTM, and whether it has both directions. */
  layers: number;
  both: boolean;
  /** Which of CELLS in lstm.ts it has. */
  cell: number;
  /** The axis along which rows lie, 0 or 1 of two. */
  axis: number;
  /** Where arrays lie: all apart from the linear memory, or anywhere, by this seed. */
  places: number | undefined;
  /** Whether `out` is given. */
  out: boolean;
  /** Whether the linear memory is full, so that whatever allocates makes it grow. */
  full: boolean;
  /** Whether a shape is given even where a tensor has one. */
  explicit: boolean;
}

export type Size = (c: Case) => number;
export const N: Size = ({ rows, cols }) => rows * cols;
export const R: Size = ({ rows }) => rows;
export const C: Size = ({ cols }) => cols;
/** Elements along the axis, and how many such rows there are. */
export const ALONG: Size = ({ rows, cols, plan: { axis } }) => (axis === 0 ? rows : cols);
export const ACROSS: Size = ({ rows, cols, plan: { axis } }) => (axis === 0 ? cols : rows);

const modules = new Map<Target, WebAssembly.Module>();

/** A new instance; its binary is compiled once. */
function open(target: Target, seed: number): Softcell {
  const memory = { initial: 4, maximum: 64 };
  if (target === "js") return initSync({ backend: "js", fallback, memory, seed });
  const module = modules.get(target) ?? new WebAssembly.Module(binary(target));
  modules.set(target, module);
  return initSync({ backend: target === "debug" ? "strict" : target, module, memory, seed });
}

const others = new Map<string, { tensor: Tensor; layer: Layer }>();

/** A tensor of this shape and a layer, of another instance on the same backend. */
function foreign(target: Target, rows: number, cols: number) {
  const key = `${target} ${rows} ${cols}`;
  const found = others.get(key);
  if (found) return found;
  const sc = open(target, 0);
  const made = { tensor: tensor(sc, [rows, cols]), layer: linear(sc, { inFeatures: 1, outFeatures: 1 }) };
  others.set(key, made);
  return made;
}

/** An instance, and the arguments of a call that are made in its memory or apart. */
export class Case {
  readonly plan: Plan;
  readonly sc: Softcell;
  readonly rows: number;
  readonly cols: number;
  readonly hidden: number;
  readonly batch: number;
  /** For values. */
  readonly random: Random;
  /** For what may differ between cases with the same result. */
  private readonly placing: Random;
  /** The arguments and options that were made so far. */
  readonly made: Record<string, unknown> = {};
  /** What the call is made on. */
  on: object | undefined;
  /** A disposed tensor, and tensors and layers of another instance. */
  readonly gone: Tensor;
  readonly foreign: Tensor;
  readonly foreignLayer: Layer;

  constructor(plan: Plan, first?: (sc: Softcell) => void) {
    this.plan = plan;
    ({ rows: this.rows, cols: this.cols, hidden: this.hidden, batch: this.batch } = plan);
    this.sc = open(plan.target, plan.seed);
    first?.(this.sc);
    [this.random, this.placing] = [new Random(plan.seed), new Random(plan.places ?? 0)];
    this.gone = tensor(this.sc, [this.rows, this.cols]);
    this.gone.dispose();
    ({ tensor: this.foreign, layer: this.foreignLayer } = foreign(plan.target, this.rows, this.cols));
  }

  /** Leaves less than a small tensor needs. */
  fill(): void {
    const room = this.sc.memoryUsage.total / 4;
    for (let n = room; n >= 16; n = Math.floor(n / 2)) {
      while (this.sc.memoryUsage.total === 4 * room && this.fits(n)) tensor(this.sc, [n]);
    }
  }

  private fits(n: number): boolean {
    const { total, used } = this.sc.memoryUsage;
    return total - used - piecesOf(this.sc).scratch.size - 4096 >= 4 * n + 64;
  }

  /** Whether a decision about places goes this way; never where all are apart. */
  chance(of: number): boolean {
    return this.plan.places !== undefined && this.placing.below(of) === 0;
  }

  /** Values as an array, a view on linear memory or a tensor. */
  place(values: Float32Array, shape: readonly number[]): Floats {
    if (this.chance(3)) return tensor(this.sc, shape, values);
    if (this.chance(2)) return this.view(values);
    return values;
  }

  view(values: Float32Array, skew = 1): Float32Array {
    const view = tensor(this.sc, [values.length + 4]).data.subarray(skew, skew + values.length);
    view.set(values);
    return view;
  }

  ints(values: Int32Array): Int32Array {
    if (!this.chance(2)) return values;
    const { data } = tensor(this.sc, [values.length + 4]);
    const view = new Int32Array(data.buffer, data.byteOffset + 4, values.length);
    view.set(values);
    return view;
  }
}
