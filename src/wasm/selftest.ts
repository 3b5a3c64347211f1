import { type Backend, HEAP_BASE, type Kernels, ROW_SCRATCH } from "../contract.js";

/** Whether multiply and add are fused: (1 + e)^2 - (1 + 2 e) is e^2 then, and 0 if the square was rounded. */
function isFused(kernels: Kernels): boolean {
  const e = 2 ** -12;
  return kernels.probeMadd(1 + e, 1 + e, -(1 + 2 * e)) === e * e;
}

/** Columns of the self-test: a whole group of 32 and a tail. */
const COLUMNS = 39;
/** The hash of the bits of its softmax, of which one column is denormal. */
const EXPECTED = -243725142;
const DENORMAL = 20;

/** Runs softmax on known input: throws where the bits of a strict backend are wrong, or a relaxed one does not fuse. */
export function selfTest(backend: Backend): void {
  const { kernels, memory, name } = backend;
  const [x, y] = [HEAP_BASE, HEAP_BASE + 4 * COLUMNS];
  const input = new Float32Array(memory.buffer, x, COLUMNS);
  for (let i = 0; i < COLUMNS; i++) input[i] = ((i * 17) % COLUMNS) / 4 - (i === DENORMAL ? 90 : 5);
  kernels.softmax(y, x, 1, COLUMNS, COLUMNS, COLUMNS, 1, y + 4 * COLUMNS);
  const output = new Int32Array(memory.buffer, y, COLUMNS);
  const got = output.reduce((hash, bits) => (Math.imul(hash, 31) + bits) | 0, 0);
  if (name === "relaxed") {
    if (!isFused(kernels)) throw new Error("this engine accepts relaxed SIMD but does not fuse multiply and add");
  } else if (got !== EXPECTED) {
    // as in the AudioWorklet of Firefox, whose JavaScript does not
    if (output[DENORMAL] === 0) throw new Error("WebAssembly flushes denormal numbers to zero on this thread");
    throw new Error("the self-test of the kernels gave other bits than expected");
  }
  new Uint8Array(memory.buffer).fill(0, HEAP_BASE, y + 4 * COLUMNS + ROW_SCRATCH);
}
