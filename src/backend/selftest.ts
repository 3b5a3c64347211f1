import { type Backend, HEAP_BASE, type Kernels } from "../contract.js";

/** Whether multiply and add are fused: (1 + e)^2 - (1 + 2 e) is e^2 then, and 0 if the square was rounded. */
function isFused(kernels: Kernels): boolean {
  const e = 2 ** -12;
  return kernels.probeMadd(1 + e, 1 + e, -(1 + 2 * e)) === e * e;
}

/** Numbers of the self-test: whole vectors and a tail. */
const COUNT = 39;
/** The hash of the bits of their exp, of which one is denormal. */
const EXPECTED = 1870564375;
const DENORMAL = 20;

/** Runs exp on known input: throws where the bits of a strict backend are wrong, or a relaxed one does not fuse. */
export function selfTest({ kernels, memory, name }: Backend): void {
  const [x, y] = [HEAP_BASE, HEAP_BASE + 4 * COUNT];
  const input = new Float32Array(memory.buffer, x, COUNT);
  for (let i = 0; i < COUNT; i++) input[i] = ((i * 17) % COUNT) / 4 - (i === DENORMAL ? 95 : 5);
  kernels.exp(y, x, COUNT);
  const output = new Int32Array(memory.buffer, y, COUNT);
  const got = output.reduce((hash, bits) => (Math.imul(hash, 31) + bits) | 0, 0);
  if (name === "relaxed") {
    if (!isFused(kernels)) throw new Error("this engine accepts relaxed SIMD but does not fuse multiply and add");
  } else if (got !== EXPECTED) {
    // as in the AudioWorklet of Firefox, whose JavaScript does not
    if (output[DENORMAL] === 0) throw new Error("WebAssembly flushes denormal numbers to zero on this thread");
    throw new Error("the self-test of the kernels gave other bits than expected");
  }
  new Uint8Array(memory.buffer).fill(0, x, y + 4 * COUNT);
}
