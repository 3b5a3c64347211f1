// The kernels on WebAssembly alone: the .wasm file, a memory, numbers. Nothing of softcell's JavaScript is loaded.
// Prints the bits of a softmax and of each step of an LSTM. Usage: node index.mjs FILE.wasm
import { readFileSync } from "node:fs";

const PAGE = 65536;
const HEAP_BASE = 4096; // below lie the constants of the binary
const ROW_SCRATCH = 48 + 2 * 8192; // bytes

const memory = new WebAssembly.Memory({ initial: 4 });
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;

let free = HEAP_BASE;
/** A pointer to so many bytes, zeros. Nothing is freed: the arrays of a model live as long as it does. */
function allocate(bytes) {
  const at = free;
  free += Math.ceil(bytes / 64) * 64;
  if (free > memory.buffer.byteLength) memory.grow(Math.ceil((free - memory.buffer.byteLength) / PAGE));
  return at;
}
/** A view on n floats: to be made again after memory.grow(). */
const floats = (at, n) => new Float32Array(memory.buffer, at, n);

/** n numbers that are exact in float32 and the same in every language. */
const numbers = (n, seed) => Float32Array.from({ length: n }, (_, i) => (((i + seed) * 37) % 101) / 64 - 0.78125);

function put(values) {
  const at = allocate(4 * values.length);
  floats(at, values.length).set(values);
  return at;
}

const bits = (at, n) =>
  [...new Uint32Array(memory.buffer, at, n)].map((v) => v.toString(16).padStart(8, "0")).join(" ");

// softmax of 2 rows of 5
const [rows, cols] = [2, 5];
const rowScratch = allocate(ROW_SCRATCH);
const x = put(numbers(rows * cols, 0));
kernels.softmax(x, x, rows, cols, cols, cols, 1, rowScratch); // in place, temperature 1
console.log("softmax", bits(x, rows * cols));

// a stream of an LSTM with 48 inputs and 32 units
const [I, H, B, T] = [48, 32, 1, 3];
const Hp = Math.ceil(H / 4) * 4;
const wih = put(numbers(4 * H * I, 1));
const whh = put(numbers(4 * H * H, 2));
const bih = put(numbers(4 * H, 3));
const bhh = put(numbers(4 * H, 4));

const w = allocate(4 * 4 * Hp * (I + H));
const bias = allocate(4 * 4 * Hp);
kernels.lstmPack(w, bias, wih, whh, bih, bhh, I, H, H);

const y = allocate(4 * B * H);
const frame = allocate(4 * B * I);
const h = allocate(4 * B * Hp); // the state, which stays there
const c = allocate(4 * B * Hp);
const gates = allocate(4 * B * 4 * Hp);
const tanhC = allocate(4 * B * Hp);
const scratch = allocate(128);
for (let t = 0; t < T; t++) {
  floats(frame, B * I).set(numbers(B * I, 5 + t));
  // no options, no lengths; one step, whose rows of y lie one after the other; nothing is kept for training
  kernels.lstmForward(y, h, c, gates, tanhC, frame, w, bias, 0, 0, 1, B, I, H, 0, H, B, 0, scratch);
  console.log("step", t, bits(y, B * H));
}
