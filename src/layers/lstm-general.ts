import { lstmGeneralScratch, lstmGeneralSizes } from "../contract.js";
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

/**
 * A unit with any of the options of a general cell: lstmGeneralForward and lstmGeneralBackward of src/contract/lstm.ts.
 */
export class GeneralUnit extends LstmUnit {
  private readonly parameters: UnitParameters;
  private readonly cell: readonly number[];
  private readonly projSize: number;

  /** `cell`: what generalCell() gives. */
  constructor(heap: Heap, shape: UnitShape, parameters: UnitParameters, cell: readonly number[]) {
    super(heap, shape, true, (n) => (n + 7) & ~7);
    this.parameters = parameters;
    this.cell = cell;
    this.projSize = shape.projSize;
  }

  private get sizes(): ReturnType<typeof lstmGeneralSizes> {
    return lstmGeneralSizes(this.inputSize, this.hiddenSize, this.projSize);
  }

  private scratch(B: number): ReturnType<typeof lstmGeneralScratch> {
    return lstmGeneralScratch(B, this.inputSize, this.hiddenSize, this.projSize);
  }

  protected ownKeptSizes({ T, B, training }: Extent): Arrays {
    return { gates: (training ? T : 1) * B * this.sizes.gates, cell: 2 * this.cell.length };
  }

  packedSizes(B: number): Arrays {
    const { w, bias, hr } = this.sizes;
    return { w, bias, hr, peepholes: this.parameters.weight_ch?.length ?? 0, work: this.scratch(B).forward };
  }

  protected ownBackwardSizes({ B }: Extent): Arrays {
    const { wihT, whhT, hrT } = this.sizes;
    return { wihT, whhT, hrT, gradients: 12, work: this.scratch(B).backward };
  }

  takeGates(at: Arrays, B: number, gates: number, tanhC: number): void {
    const after = at.cs + 4 * this.cSize(B);
    this.heap.kernels.lstmGeneralGates(gates, tanhC, at.gates, after, B, this.hiddenSize, at.cell);
  }

  pack({ w, bias, hr, peepholes, cell }: Arrays): void {
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh, weight_hr: whr } = this.parameters;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    const sizes = [this.inputSize, this.hiddenSize, this.projSize] as const;
    this.heap.kernels.lstmGeneralPack(w, bias, hr, wih.pointer, whh.pointer, pih, phh, whr?.pointer ?? 0, ...sizes);
    const { weight_ch: wch } = this.parameters;
    if (wch) this.heap.f32.set(wch.data, peepholes >>> 2);
    new Float64Array(this.heap.buffer, cell, this.cell.length).set(this.cell);
  }

  protected runForward({ T, B, lengths, training }: Run, at: Arrays, x: number, y: Rows): void {
    this.heap.kernels.lstmGeneralForward(
      y.pointer,
      at.hs,
      at.cs,
      at.gates,
      x,
      at.w,
      at.bias,
      at.hr,
      this.parameters.weight_ch ? at.peepholes : 0,
      lengths,
      T,
      B,
      this.inputSize,
      this.hiddenSize,
      this.projSize,
      y.step,
      y.row,
      training ? 1 : 0,
      at.cell,
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
    const { kernels, i32 } = this.heap;
    const { inputSize: I, hiddenSize: H, projSize: P } = this;
    const {
      weight_ih: wih,
      weight_hh: whh,
      bias_ih: bih,
      bias_hh: bhh,
      weight_hr: whr,
      weight_ch: wch,
    } = this.parameters;
    const all = [wih, whh, bih, bhh, whr, wch];
    i32.set([...all.map((p) => p?.gradPointer ?? 0), ...all.map((p) => p?.widePointer ?? 0)], at.gradients >>> 2);
    kernels.lstmGeneralPackTransposed(at.wihT, at.whhT, at.hrT, wih.pointer, whh.pointer, whr?.pointer ?? 0, I, H, P);
    kernels.lstmGeneralBackward(
      at.gradients,
      dx,
      dh,
      dc,
      dy?.pointer ?? 0,
      x,
      kept.hs,
      kept.cs,
      kept.gates,
      at.wihT,
      at.whhT,
      at.hrT,
      wch?.pointer ?? 0,
      lengths,
      T,
      B,
      I,
      H,
      P,
      dy?.step ?? 0,
      dy?.row ?? 0,
      kept.cell,
      at.work,
    );
  }

  stepSizes(B: number): Arrays {
    return {
      ...this.packedSizes(B),
      cell: 2 * this.cell.length,
      x: B * this.inputSize,
      hs: this.hSize(B),
      cs: this.cSize(B),
      gates: B * this.sizes.gates,
      y: B * this.outputSize,
    };
  }

  stepPlaces(at: Arrays): ReturnType<LstmUnit["stepPlaces"]> {
    return {
      x: { pointer: at.x, row: this.inputSize },
      h: { pointer: at.hs, row: this.hRow },
      c: { pointer: at.cs, row: this.cRow },
    };
  }

  step(at: Arrays, B: number): void {
    this.heap.kernels.lstmGeneralForward(
      at.y,
      at.hs,
      at.cs,
      at.gates,
      at.x,
      at.w,
      at.bias,
      at.hr,
      this.parameters.weight_ch ? at.peepholes : 0,
      0,
      1,
      B,
      this.inputSize,
      this.hiddenSize,
      this.projSize,
      0,
      this.outputSize,
      0,
      at.cell,
      at.work,
    );
  }
}
