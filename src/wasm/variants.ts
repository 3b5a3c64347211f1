import { type Backend, HEAP_BASE, type Kernels } from "../contract.js";
import type { WasmName } from "./instantiate.js";

/** The bytes of a variant. Each is a module of its own, so that only the chosen one is loaded. */
export async function loadBinary(name: WasmName): Promise<Uint8Array<ArrayBuffer>> {
  const { binary } = await (name === "strict" ? import("./binaries/strict.js") : import("./binaries/relaxed.js"));
  return Uint8Array.from(atob(binary), (c) => c.charCodeAt(0));
}

/** Whether multiply and add are fused: (1 + e)^2 - (1 + 2 e) is e^2 then, and 0 if the square was rounded. */
function isFused(kernels: Kernels): boolean {
  const e = 2 ** -12;
  return kernels.probeMadd(1 + e, 1 + e, -(1 + 2 * e)) === e * e;
}

const INPUT = [-3.5, 0.1, 2, -90, 1, 2.5, -0.25];
/** softmax of INPUT as the bits of float32. */
const EXPECTED = [983795497, 1027278511, 1050430970, 0, 1038483782, 1057020402, 1023658889];

/** Runs softmax on known input: throws where the bits of a strict backend are wrong, or a relaxed one does not fuse. */
export function selfTest(backend: Backend): void {
  const { kernels, memory, name } = backend;
  const n = INPUT.length;
  const scratch = HEAP_BASE + 8 * n;
  new Float32Array(memory.buffer, HEAP_BASE, n).set(INPUT);
  kernels.softmax(HEAP_BASE + 4 * n, HEAP_BASE, 1, n, n, n, 1, scratch);
  const got = new Uint32Array(memory.buffer, HEAP_BASE + 4 * n, n);
  if (name === "relaxed") {
    if (!isFused(kernels)) throw new Error("this engine accepts relaxed SIMD but does not fuse multiply and add");
  } else if (EXPECTED.some((bits, i) => got[i] !== bits)) {
    throw new Error("the self-test of the kernels gave other bits than expected");
  }
  new Uint8Array(memory.buffer, HEAP_BASE).fill(0);
}
