import { expect } from "vitest";
import type { Outcome } from "./training.js";

/** Of training.ts, on every host. A change of it is a change of numerics, and must be meant. */
export const FINGERPRINT = "a00b4e23d14c44ab";

/** strict, where the host has it, and js have the bits of every other host; `takes` is what init() takes by itself. */
export function expectSame(outcome: Outcome, takes: "strict" | "js"): void {
  expect(outcome.backend).toBe(takes);
  const { strict, js } = outcome.fingerprints;
  expect({ strict, js }, JSON.stringify(outcome.refusals)).toEqual({
    strict: takes === "strict" ? FINGERPRINT : undefined,
    js: FINGERPRINT,
  });
}
