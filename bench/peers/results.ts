// What a run finds out.
import type { Timing } from "../harness.js";
import type { Case } from "./cases.js";

export interface Entry {
  peer: string;
  /** Why there is no time: a wrong result, or what was thrown. */
  error?: string;
  /** The largest error over the largest number of the output, against float64. */
  deviation?: number;
  timing?: Timing;
}

export interface Result {
  name: string;
  size: string;
  case: Case;
  entries: Entry[];
}

export interface Footprint {
  name: string;
  /** Bytes, gzip, by file. */
  files: Record<string, number>;
  total: number;
}

export interface Cold {
  name: string;
  timing?: Timing;
  /** Median nanoseconds above an empty process. */
  above?: number;
  error?: string;
}
