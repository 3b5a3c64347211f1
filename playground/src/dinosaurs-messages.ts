// What the page and the worker that trains say to each other.
import type { BackendName } from "softcell";

/** Of a whole run, as `npm start` has them. */
export const STEPS = 500;

/** The gates of a cell that reads a name. */
export interface Gates {
  /** What it reads, a character a step. */
  text: string;
  hidden: number;
  /** [steps][4 x hidden]: i f g o after their activations. */
  values: Float32Array;
}

export type Order =
  | { type: "start"; backend: "auto" | BackendName }
  | { type: "run" }
  | { type: "pause" }
  | { type: "step" }
  | { type: "read"; name: string };

export type News =
  | { type: "ready"; backend: BackendName; trained: number; heldOut: number; bigram: number }
  | { type: "steps"; step: number; losses: number[] }
  | { type: "names"; step: number; names: string[] }
  | { type: "gates"; step: number; gates: Gates }
  | { type: "done"; heldOutLoss: number; fingerprint: string }
  | { type: "error"; message: string };
