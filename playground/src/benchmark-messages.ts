// What the worker that measures says, and the report that can be downloaded.
import type { Measurement } from "../../bench/schema.js";

export const VARIANTS = ["strict", "relaxed", "twin", "plain"] as const;
export type VariantName = (typeof VARIANTS)[number];

export type News =
  | { type: "case"; title: string; done: number; of: number }
  | { type: "progress"; share: number }
  | { type: "measured"; title: string; measurements: Measurement[] }
  | { type: "note"; text: string }
  | { type: "done"; timerStep: number }
  | { type: "error"; message: string };

/** The shape of the reports of `npm run bench`, from another environment. */
export interface Report {
  command: string;
  environment: {
    date: string;
    softcell: string;
    browser: string;
    cores: number;
    isolated: boolean;
    /** Milliseconds. */
    timerStep: number;
  };
  measurements: readonly Measurement[];
  verdicts: readonly [];
  notes: readonly string[];
}
