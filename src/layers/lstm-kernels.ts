import {
  BACKWARD_ROWS,
  type CellOptions,
  FORWARD_ROWS,
  lstmBackwardScratch,
  lstmForwardScratch,
  lstmSizes,
  OPTIONS_SIZE,
  type OptionPointers,
  putOptions,
} from "../contract.js";
import type { Heap } from "../memory/heap.js";
import {
  type Arrays,
  type Extent,
  LstmUnit,
  type Rows,
  type Run,
  type UnitParameters,
  type UnitShape,
} from "./lstm-unit.js";

/** The calls of lstmForward and lstmBackward of src/contract/lstm.ts. */
export class KernelUnit extends LstmUnit {
  private readonly parameters: UnitParameters;
  private readonly projSize: number;
  /** undefined for PyTorch's cell without a projection. */
  private readonly cell: CellOptions | undefined;
  private readonly sizes: ReturnType<typeof lstmSizes>;

  constructor(heap: Heap, shape: UnitShape, parameters: UnitParameters, cell: CellOptions | undefined) {
    super(heap, shape);
    this.parameters = parameters;
    this.projSize = shape.projSize;
    this.cell = cell;
    this.sizes = lstmSizes(this.inputSize, this.hiddenSize, this.projSize);
  }

  protected ownKeptSizes({ T, B, training }: Extent): Arrays {
    const { gates, tanhC, slopes } = this.sizes;
    return {
      gates: (training ? T * B : Math.max(B, Math.min(FORWARD_ROWS, T * B))) * gates,
      tanhC: (training ? T : 1) * B * tanhC,
      slopes: this.cell && training ? T * B * slopes : 0,
    };
  }

  packedSizes(B: number): Arrays {
    const { w, bias, hr } = this.sizes;
    return { w, bias, hr, ...this.optionSizes, work: lstmForwardScratch(B, this.hiddenSize, this.projSize) };
  }

  private get optionSizes(): Arrays {
    return { options: this.cell ? OPTIONS_SIZE : 0, peepholes: this.parameters.weight_ch ? 3 * this.cRow : 0 };
  }

  protected ownBackwardSizes({ T, B }: Extent): Arrays {
    const { inputSize: I, hiddenSize: H, projSize: P } = this;
    const { wihT, whhT, hrT } = this.sizes;
    return { wihT, whhT, hrT, ...this.optionSizes, work: lstmBackwardScratch(T, B, I, H, P, BACKWARD_ROWS) };
  }

  takeGates(at: Arrays, B: number, gates: number, tanhC: number): void {
    const { f32 } = this.heap;
    const H = this.hiddenSize;
    const [from, t] = [at.gates >>> 2, at.tanhC >>> 2];
    for (let b = 0; b < B; b++) {
      for (let n = 0; n < 4 * H; n++) {
        const [gate, u] = [Math.floor(n / H), n % H];
        // groups of four units, see src/contract/lstm.ts
        f32[(gates >>> 2) + b * 4 * H + n] = f32[from + b * 4 * this.cRow + (u >> 2) * 16 + gate * 4 + (u & 3)];
      }
      for (let u = 0; u < H; u++) f32[(tanhC >>> 2) + b * H + u] = f32[t + b * this.cRow + u];
    }
  }

  pack(at: Arrays): void {
    const { kernels } = this.heap;
    const { inputSize: I, hiddenSize: H, outputSize: R, projSize: P } = this;
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh, weight_hr: whr } = this.parameters;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    kernels.lstmPack(at.w, at.bias, wih.pointer, whh.pointer, pih, phh, I, H, R);
    if (whr) kernels.packTransposed(at.hr, whr.pointer, H, P, H);
    this.putOptions(at, { hr: at.hr, slopes: at.slopes });
  }

  /** Writes what `options` points to. */
  private putOptions(at: Arrays, pointers: OptionPointers): void {
    const { heap, cell } = this;
    if (!cell) return;
    const { weight_ch: wch } = this.parameters;
    const H = this.hiddenSize;
    if (wch) heap.kernels.copySteps(at.peepholes, wch.pointer, 0, 3, 1, H, this.cRow, this.cRow, 0, H, 0, 0);
    putOptions(heap.f32, heap.i32, at.options, this.projSize, cell, { ...pointers, peepholes: wch && at.peepholes });
  }

  protected runForward({ T, B, lengths, training }: Run, at: Arrays, x: number, y: Rows): void {
    this.heap.kernels.lstmForward(
      y.pointer,
      at.hs,
      at.cs,
      at.gates,
      at.tanhC,
      x,
      at.w,
      at.bias,
      this.cell ? at.options : 0,
      lengths,
      T,
      B,
      this.inputSize,
      this.hiddenSize,
      y.step,
      y.row,
      FORWARD_ROWS,
      training ? 1 : 0,
      at.work,
    );
  }

  protected runBackward(
    { T, B, lengths }: Run,
    { at: kept, x }: { at: Arrays; x: number },
    at: Arrays,
    dy: Rows | undefined,
    dx: number,
    [dh, dc]: readonly number[],
  ): void {
    const { kernels } = this.heap;
    const { inputSize: I, hiddenSize: H, outputSize: R, projSize: P } = this;
    const {
      weight_ih: wih,
      weight_hh: whh,
      bias_ih: bih,
      bias_hh: bhh,
      weight_hr: whr,
      weight_ch: wch,
    } = this.parameters;
    kernels.lstmPackTransposed(at.wihT, at.whhT, wih.pointer, whh.pointer, I, H, R);
    if (whr) kernels.pack(at.hrT, whr.pointer, P, H, H);
    this.putOptions(at, { hrT: at.hrT, slopes: kept.slopes, dwhr: whr?.gradPointer, dwch: wch?.gradPointer });
    kernels.lstmBackward(
      wih.gradPointer,
      whh.gradPointer,
      bih?.gradPointer ?? 0,
      bhh?.gradPointer ?? 0,
      dx,
      dh,
      dc,
      dy?.pointer ?? 0,
      x,
      kept.hs,
      kept.cs,
      kept.gates,
      kept.tanhC,
      at.wihT,
      at.whhT,
      this.cell ? at.options : 0,
      lengths,
      T,
      B,
      I,
      H,
      dy?.step ?? 0,
      dy?.row ?? 0,
      BACKWARD_ROWS,
      at.work,
    );
  }

  stepSizes(B: number): Arrays {
    const { gates, tanhC } = this.sizes;
    return {
      ...this.packedSizes(B),
      hs: this.hSize(B),
      cs: this.cSize(B),
      gates: B * gates,
      tanhC: B * tanhC,
      slopes: 0,
      y: B * this.outputSize,
    };
  }

  step(at: Arrays, x: number, B: number): void {
    this.heap.kernels.lstmForward(
      at.y,
      at.hs,
      at.cs,
      at.gates,
      at.tanhC,
      x,
      at.w,
      at.bias,
      this.cell ? at.options : 0,
      0,
      1,
      B,
      this.inputSize,
      this.hiddenSize,
      0,
      this.outputSize,
      B,
      0,
      at.work,
    );
  }
}
