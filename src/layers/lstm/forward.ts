import {
  type CellOptions,
  FORWARD_ROWS,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  type OptionPointers,
  putOptions,
} from "../../contract.js";
import type { Pointers, Sizes } from "../../memory/block.js";
import type { Heap } from "../../memory/heap.js";
import type { Parameter } from "../parameters.js";
import type { Strided } from "../recurrent/sequence.js";
import { type State, stateOf } from "../recurrent/state.js";
import type { LstmCellParameter } from "./options.js";

/** The sizes of a unit. */
export interface LstmShape {
  inputSize: number;
  hiddenSize: number;
  /** The width of h after a projection, 0 for none. */
  projSize: number;
}

/** The parameters of a unit, of which it has at least these two. */
export type LstmParameters = Readonly<
  Record<"weight_ih" | "weight_hh", Parameter> & Partial<Record<LstmCellParameter, Parameter>>
>;

export const statesOf = ({ hiddenSize, projSize }: LstmShape): readonly State[] => [
  stateOf("h", projSize || hiddenSize),
  stateOf("c", hiddenSize),
];

/** The call of lstmForward of src/contract/lstm.ts, for training and for streams. */
export class LstmForward {
  readonly shape: LstmShape;
  readonly parameters: LstmParameters;
  readonly sizes: ReturnType<typeof lstmSizes>;
  private readonly heap: Heap;
  /** undefined for PyTorch's cell without a projection. */
  private readonly cell: CellOptions | undefined;

  constructor(heap: Heap, shape: LstmShape, parameters: LstmParameters, cell: CellOptions | undefined) {
    this.heap = heap;
    this.shape = shape;
    this.parameters = parameters;
    this.cell = cell;
    this.sizes = lstmSizes(shape.inputSize, shape.hiddenSize, shape.projSize);
  }

  /** What a step keeps beside the states; `training`: what backward needs of it. */
  keptSizes(T: number, B: number, training: boolean): Sizes {
    const { gates, tanhC, slopes } = this.sizes;
    return {
      gates: (training ? T * B : Math.max(B, Math.min(FORWARD_ROWS, T * B))) * gates,
      tanhC: (training ? T : 1) * B * tanhC,
      slopes: this.cell && training ? T * B * slopes : 0,
    };
  }

  /** The weights as the kernel takes them, and scratch. */
  packedSizes(B: number): Sizes {
    const { w, bias, hr } = this.sizes;
    const { hiddenSize: H, projSize: P } = this.shape;
    return { w, bias, hr, ...this.optionSizes, work: lstmForwardScratch(B, H, P) };
  }

  get optionSizes(): Sizes {
    return { options: this.cell ? OPTIONS_SIZE : 0, peepholes: this.parameters.weight_ch ? 3 * this.sizes.c : 0 };
  }

  pack(at: Pointers): void {
    const { kernels } = this.heap;
    const { inputSize: I, hiddenSize: H, projSize: P } = this.shape;
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh, weight_hr: whr } = this.parameters;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    kernels.lstmPack(at.w, at.bias, wih.pointer, whh.pointer, pih, phh, I, H, P || H);
    if (whr) kernels.packTransposed(at.hr, whr.pointer, H, P, H);
    this.putOptions(at, { hr: at.hr, slopes: at.slopes });
  }

  /** Writes what optionsOf() points to. */
  putOptions(at: Pointers, pointers: OptionPointers): void {
    const { heap, cell, sizes } = this;
    if (!cell) return;
    const { hiddenSize: H, projSize: P } = this.shape;
    const { weight_ch: wch } = this.parameters;
    if (wch) heap.kernels.copySteps(at.peepholes, wch.pointer, 0, 3, 1, H, sizes.c, sizes.c, 0, H, 0, 0);
    putOptions(heap.f32, heap.i32, at.options, P, cell, { ...pointers, peepholes: wch && at.peepholes });
  }

  optionsOf(at: Pointers): number {
    return this.cell ? at.options : 0;
  }

  run(at: Pointers, x: number, y: Strided, lengths: number, T: number, B: number, training: boolean): void {
    this.heap.kernels.lstmForward(
      y.pointer,
      at.h,
      at.c,
      at.gates,
      at.tanhC,
      x,
      at.w,
      at.bias,
      this.optionsOf(at),
      lengths,
      T,
      B,
      this.shape.inputSize,
      this.shape.hiddenSize,
      y.step,
      y.row,
      FORWARD_ROWS,
      training ? 1 : 0,
      at.work,
    );
  }
}
