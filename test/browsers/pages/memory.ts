// Arrays on shared memory: a worker writes the results where a page has the memory to share, else the page.
import { init, softmax } from "softcell";

export interface SharedMemory {
  /** Whether pages may share memory. */
  allowed: boolean;
  /** Softmax of an array of its own, and of one on shared memory into another there. */
  own: number[];
  shared: number[];
}

export const VALUES = [3, -1, 0.5, 7];

/** Softmax of the first values of a buffer into the next ones. */
export async function softmaxIn(buffer: ArrayBufferLike): Promise<void> {
  const [x, y] = [0, 16].map((offset) => new Float32Array(buffer, offset, VALUES.length));
  softmax(await init(), x, { out: y });
}

export async function sharedMemory(): Promise<SharedMemory> {
  const allowed = typeof SharedArrayBuffer === "function";
  // the memory of WebAssembly is shared, but cannot be sent
  const buffer = allowed
    ? new SharedArrayBuffer(32)
    : new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
  new Float32Array(buffer).set(VALUES);
  if (allowed) {
    const worker = new Worker("memory-worker.js", { type: "module" });
    worker.postMessage(buffer);
    await new Promise((answer) => worker.addEventListener("message", answer));
  } else {
    await softmaxIn(buffer);
  }
  const own = softmax(await init(), Float32Array.from(VALUES));
  return { allowed, own: [...own], shared: [...new Float32Array(buffer, 16, VALUES.length)] };
}
