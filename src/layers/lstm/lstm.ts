import { LSTM } from "../../backend/parts.js";
import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { heapOf, randomOf, type Softcell } from "../../memory/softcell.js";
import type { Random } from "../../random.js";
import type { Parameter, Parameters } from "../parameters.js";
import type { Kind, Position } from "../recurrent/kind.js";
import { Recurrent } from "../recurrent/layer.js";
import { RECURRENT_KEYS, recurrentOptions } from "../recurrent/options.js";
import type { RecurrentStream } from "../recurrent/stream.js";
import { CELL_KEYS, type Cell, cellOptions, shapesOf } from "./cell-options.js";
import { LstmForward, type LstmParameters, statesOf } from "./forward.js";
import type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmParameter,
  LstmResult,
  ResetOptions,
  StreamState,
} from "./options.js";
import { LstmStepUnit } from "./step.js";
import { LstmUnit } from "./unit.js";

interface LstmSignature {
  forward: LstmForwardOptions;
  result: LstmResult;
  backward: LstmBackwardOptions;
  gradients: LstmGradients;
  saved: StreamState;
  reset: ResetOptions;
}

/** A stream of an LSTM, which lstm().stream() makes. */
export type LstmStream = RecurrentStream<StreamState, ResetOptions>;

/**
 * Long short-term memory, as torch.nn.LSTM: i f o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g;
 * h' = o tanh(c') (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * Its parameters are those of PyTorch, for each layer k: weight_ih_lk [4H, I], weight_hh_lk [4H, H], bias_ih_lk, bias_hh_lk
 * [4H], gates i f g o, and the same with the suffix _reverse; weight_hr_lk [P, H] and weight_ch_lk [3H] where the options
 * want them. At first they are uniform in +-1 / sqrt(H). Without dropout the results are the same bit for bit for every
 * batch and for every way to cut a sequence, on every backend, and but for `relaxed` on every machine.
 */
export class Lstm extends Recurrent<LstmParameter, LstmSignature> {
  /** The number of units of each layer and direction. */
  readonly hiddenSize: number;
  /** The width of h after a projection, 0 without one. */
  readonly projSize: number;
  private readonly random: Random;
  protected override readonly options: LstmOptions;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmOptions, shared?: Parameters) {
    const read = check.options("options", options, [...CELL_KEYS, ...RECURRENT_KEYS]);
    const recurrence = recurrentOptions(read, random);
    const cell = cellOptions(read, recurrence.reverse.length);
    super(heap, kindOf(heap, cell), recurrence, shared);
    const { hiddenSize, projSize } = cell.shape;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
    this.random = random;
    this.options = read;
    if (!shared) this.parameters.fillUniform(random, 1 / Math.sqrt(hiddenSize));
  }

  protected override again(parameters: Parameters): Lstm {
    return new Lstm(this.heap, this.random, this.options, parameters);
  }
}

function kindOf(heap: Heap, cell: Cell): Kind {
  const { shape, cells } = cell;
  const forward = ({ inputSize, direction }: Position, parameters: Readonly<Record<string, Parameter>>) =>
    new LstmForward(heap, { ...shape, inputSize }, parameters as LstmParameters, cells?.[direction]);
  return {
    name: "lstm",
    inputSize: shape.inputSize,
    states: statesOf(shape),
    shapes: ({ inputSize }) => shapesOf(cell, inputSize),
    unit: (position, parameters) => new LstmUnit(heap, forward(position, parameters), position.reverse),
    stepUnit: (position, parameters) => new LstmStepUnit(forward(position, parameters)),
  };
}

/**
 * A long short-term memory layer: torch.nn.LSTM, with the options of ONNX and Keras. Throws
 * TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3, bidirectional: true });
 * layer.forward(new Float32Array(10), { batch: 1 }).output.shape; // 5, 1, 6
 */
export function lstm(sc: Softcell, options: LstmOptions): Lstm {
  return new Lstm(heapOf(sc, LSTM), randomOf(sc), options);
}
