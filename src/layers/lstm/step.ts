import type { Pointers, Sizes } from "../../memory/block.js";
import { type State, stateSize } from "../recurrent/state.js";
import type { StepUnit } from "../recurrent/stream.js";
import { type LstmForward, statesOf } from "./forward.js";

/** One layer of a stream of an LSTM: a sequence of one step, whose states stay in place. */
export class LstmStepUnit implements StepUnit {
  readonly inputSize: number;
  readonly states: readonly State[];
  private readonly lstm: LstmForward;

  constructor(lstm: LstmForward) {
    this.lstm = lstm;
    this.inputSize = lstm.shape.inputSize;
    this.states = statesOf(lstm.shape);
  }

  sizes(B: number): Sizes {
    const [h, c] = this.states.map((state) => stateSize(state, B));
    const y = B * this.states[0].width;
    return { h, c, y, ...this.lstm.keptSizes(1, B, false), ...this.lstm.packedSizes(B) };
  }

  pack(at: Pointers): void {
    this.lstm.pack(at);
  }

  step(at: Pointers, x: number, B: number): void {
    this.lstm.run(at, x, { pointer: at.y, step: 0, row: this.states[0].width }, 0, 1, B, false);
  }
}
