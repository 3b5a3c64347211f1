import {
  BACKWARD_ROWS,
  FORWARD_ROWS,
  FORWARD_SCRATCH,
  isSmallLayer,
  lstmBackwardScratch,
  lstmSizes,
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

/** A unit as PyTorch has it, without a projection: lstmForward, lstmBackward and lstmStep of src/contract/lstm.ts. */
export class PlainUnit extends LstmUnit {
  private readonly parameters: UnitParameters;

  constructor(heap: Heap, shape: UnitShape, parameters: UnitParameters) {
    super(heap, shape, isSmallLayer(shape.inputSize, shape.hiddenSize), (n) => (n + 3) & ~3);
    this.parameters = parameters;
  }

  protected ownKeptSizes({ T, B, training }: Extent): Arrays {
    const { gates, tanhC } = lstmSizes(this.inputSize, this.hiddenSize);
    return {
      gates: (training ? T * B : Math.max(B, Math.min(FORWARD_ROWS, T * B))) * gates,
      tanhC: (training ? T : 1) * B * tanhC,
    };
  }

  packedSizes(): Arrays {
    const { w, bias } = lstmSizes(this.inputSize, this.hiddenSize);
    return { w, bias, work: FORWARD_SCRATCH };
  }

  protected ownBackwardSizes({ T, B }: Extent): Arrays {
    const { inputSize: I, hiddenSize: H } = this;
    const { wihT, whhT } = lstmSizes(I, H);
    return { wihT, whhT, work: lstmBackwardScratch(T, B, I, H, BACKWARD_ROWS) };
  }

  takeGates(at: Arrays, B: number, gates: number, tanhC: number): void {
    const { f32, buffer } = this.heap;
    const H = this.hiddenSize;
    const small = isSmallLayer(this.inputSize, H);
    const kept = small ? new Float64Array(buffer) : f32;
    const [from, t] = [at.gates, at.tanhC].map((pointer) => pointer / kept.BYTES_PER_ELEMENT);
    const row = small ? (4 * H + 7) & ~7 : 4 * this.cRow;
    for (let b = 0; b < B; b++) {
      for (let n = 0; n < 4 * H; n++) {
        const [gate, u] = [Math.floor(n / H), n % H];
        // groups of four units, see lstmPack
        const place = small ? n : (u >> 2) * 16 + gate * 4 + (u & 3);
        f32[(gates >>> 2) + b * 4 * H + n] = kept[from + b * row + place];
      }
      for (let u = 0; u < H; u++) f32[(tanhC >>> 2) + b * H + u] = kept[t + b * this.cRow + u];
    }
  }

  pack({ w, bias }: Arrays): void {
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh } = this.parameters;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    this.heap.kernels.lstmPack(w, bias, wih.pointer, whh.pointer, pih, phh, this.inputSize, this.hiddenSize);
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
    const { inputSize: I, hiddenSize: H } = this;
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh } = this.parameters;
    kernels.lstmPackTransposed(at.wihT, at.whhT, wih.pointer, whh.pointer, I, H);
    kernels.lstmBackward(
      wih.gradPointer,
      whh.gradPointer,
      bih?.gradPointer ?? 0,
      bhh?.gradPointer ?? 0,
      wih.widePointer,
      whh.widePointer,
      bih?.widePointer ?? 0,
      bhh?.widePointer ?? 0,
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
    const { inputSize: I, hiddenSize: H } = this;
    const { gates, tanhC } = lstmSizes(I, H);
    const xh = B * I + this.hSize(B) + 1;
    return { ...this.packedSizes(), xh, c: this.cSize(B), gates: B * gates, tanhC: B * tanhC, y: B * H };
  }

  stepPlaces(at: Arrays, B: number): ReturnType<LstmUnit["stepPlaces"]> {
    const { inputSize: I, hiddenSize: H } = this;
    const small = isSmallLayer(I, H);
    const row = small ? I : I + this.hRow;
    return {
      x: { pointer: at.xh, row },
      h: { pointer: at.xh + (small ? (4 * B * I + 7) & ~7 : 4 * I), row: small ? this.hRow : row },
      c: { pointer: at.c, row: this.cRow },
    };
  }

  step(at: Arrays, B: number): void {
    const { inputSize: I, hiddenSize: H } = this;
    this.heap.kernels.lstmStep(at.y, at.xh, at.c, at.gates, at.tanhC, at.w, at.bias, B, I, H, at.work);
  }
}
