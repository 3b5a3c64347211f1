// What a peer is: the same interface for all, softcell's own variants among them.
import type { Budget, Timing } from "../harness.js";
import type { LstmCase, RowCase } from "./cases.js";
import type { LstmInputs, RowInputs, TrainInputs } from "./reference.js";

/** One case, its inputs in place. */
export interface Variant {
  /** One call. */
  run(): unknown;
  /** Of the last call, the outputs of reference.ts first. */
  outputs(): readonly ArrayLike<number>[];
  /** Where the peer measures itself, in a process of its own. */
  time?(budget: Budget): Promise<Timing>;
  dispose?(): void;
}

type Made = Variant | undefined | Promise<Variant | undefined>;

/** undefined, or no function: it cannot do that. */
export interface Peer {
  name: string;
  version: string;
  /**
   * together: calls take turns with those of the others. awaited: a call is a promise, each is awaited and timed by
   * itself. alone: has a state of the process that another peer needs too. itself: see Variant.time.
   */
  timing: "together" | "awaited" | "alone" | "itself";
  /** Before calls, after those of others. */
  activate?(): Promise<unknown>;
  rows?(item: RowCase, inputs: RowInputs): Made;
  lstm?(item: LstmCase, inputs: LstmInputs): Made;
  train?(item: LstmCase, inputs: TrainInputs): Made;
  close?(): void;
}

/** Throws where it is not installed, or cannot run here. */
export type Load = () => Promise<Peer>;
