import { BACKWARD_ROWS, lstmBackwardScratch } from "../../contract.js";
import type { Pointers, Sizes } from "../../memory/block.js";
import type { Heap } from "../../memory/heap.js";
import type { Strided } from "../recurrent/sequence.js";
import { type Extent, type Kept, RecurrentUnit, type Run } from "../recurrent/unit.js";
import { type LstmForward, statesOf } from "./forward.js";

/** One layer and direction of an LSTM for training: lstmForward and lstmBackward of src/contract/lstm.ts. */
export class LstmUnit extends RecurrentUnit {
  private readonly lstm: LstmForward;

  constructor(heap: Heap, lstm: LstmForward, reverse: boolean) {
    super(heap, lstm.shape.inputSize, statesOf(lstm.shape), reverse);
    this.lstm = lstm;
  }

  protected ownKeptSizes({ T, B, training }: Extent): Sizes {
    return this.lstm.keptSizes(T, B, training);
  }

  packedSizes(B: number): Sizes {
    return this.lstm.packedSizes(B);
  }

  protected ownBackwardSizes({ T, B }: Extent): Sizes {
    const { shape, sizes, optionSizes } = this.lstm;
    const { inputSize: I, hiddenSize: H, projSize: P } = shape;
    const { wihT, whhT, hrT } = sizes;
    return { wihT, whhT, hrT, ...optionSizes, work: lstmBackwardScratch(T, B, I, H, P, BACKWARD_ROWS) };
  }

  protected pack(at: Pointers): void {
    this.lstm.pack(at);
  }

  protected runForward({ T, B, lengths, training }: Run, at: Pointers, x: number, y: Strided): void {
    this.lstm.run(at, x, y, lengths, T, B, training);
  }

  protected runBackward(
    { T, B, lengths }: Run,
    { at: kept, x }: Kept,
    at: Pointers,
    dy: Strided | undefined,
    dx: number,
    [dh, dc]: readonly number[],
  ): void {
    const { kernels } = this.heap;
    const { shape, parameters } = this.lstm;
    const { inputSize: I, hiddenSize: H, projSize: P } = shape;
    const { weight_ih: wih, weight_hh: whh, bias_ih: bih, bias_hh: bhh, weight_hr: whr, weight_ch: wch } = parameters;
    kernels.lstmPackTransposed(at.wihT, at.whhT, wih.pointer, whh.pointer, I, H, P || H);
    if (whr) kernels.pack(at.hrT, whr.pointer, P, H, H);
    const gradients = { dwhr: whr?.gradPointer, dwch: wch?.gradPointer };
    this.lstm.putOptions(at, { hrT: at.hrT, slopes: kept.slopes, ...gradients });
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
      kept.h,
      kept.c,
      kept.gates,
      kept.tanhC,
      at.wihT,
      at.whhT,
      this.lstm.optionsOf(at),
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

  /** Copies i f g o [B][4H] and tanh(c) [B][H] of a single step that forward has kept. */
  takeGates(at: Pointers, B: number, gates: number, tanhC: number): void {
    const { f32 } = this.heap;
    const { hiddenSize: H } = this.lstm.shape;
    const { c: Hp } = this.lstm.sizes;
    const [from, t] = [at.gates >>> 2, at.tanhC >>> 2];
    for (let b = 0; b < B; b++) {
      for (let n = 0; n < 4 * H; n++) {
        const [gate, u] = [Math.floor(n / H), n % H];
        // groups of four units, see src/contract/lstm.ts
        f32[(gates >>> 2) + b * 4 * H + n] = f32[from + b * 4 * Hp + (u >> 2) * 16 + gate * 4 + (u & 3)];
      }
      for (let u = 0; u < H; u++) f32[(tanhC >>> 2) + b * H + u] = f32[t + b * Hp + u];
    }
  }
}
