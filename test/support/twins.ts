// A kernel and its twin on the same memory: the same call, every byte compared afterwards.
import { expect } from "vitest";
import type { KernelName } from "../../src/contract.js";
import type { KernelTarget } from "./backends.js";
import type { Image } from "./image.js";

export type Same = (what: string, image: Image, kernel: KernelName, args: number[]) => void;

/** Runs a call on `target` and on the twin, and compares. */
export function twins(target: KernelTarget): Same {
  return (what, image, kernel, args) => {
    const wasm = image.run(target, kernel, args);
    const js = image.run("js", kernel, args);
    const difference = image.difference(wasm.memory, js.memory);
    if (difference) expect.fail(`${kernel} ${what}: ${difference}`);
    expect(Object.is(wasm.value, js.value), `${kernel} ${what}: ${wasm.value} and ${js.value}`).toBe(true);
  };
}
