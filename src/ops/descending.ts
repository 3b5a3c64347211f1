/**
 * The indices of a row from its largest entry down, or from the smallest up: NaN is above all numbers, as in PyTorch, and the
 * lower index of equal entries comes first. A
 * heap: O(n) to start, O(log n) for the next one. Plain TypeScript, so that it exists once and is the same on every
 * backend: it compares and jumps, which no vector instruction makes faster.
 */
export class Descending {
  private x: Float32Array = new Float32Array(0);
  private readonly heap: Int32Array;
  private size = 0;

  private readonly sign: number;

  /** For rows of n entries; with the sign -1 from the smallest up. */
  constructor(n: number, sign: 1 | -1 = 1) {
    this.sign = sign;
    this.heap = new Int32Array(n);
  }

  start(x: Float32Array): void {
    this.x = x;
    this.size = x.length;
    for (let i = 0; i < this.size; i++) this.heap[i] = i;
    for (let i = (this.size >> 1) - 1; i >= 0; i--) this.sink(i);
  }

  /** To be called n times at most. */
  next(): number {
    const top = this.heap[0];
    this.heap[0] = this.heap[--this.size];
    this.sink(0);
    return top;
  }

  private sink(i: number): void {
    const { x, heap, size, sign } = this;
    const moved = heap[i];
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(x, heap[child + 1], heap[child], sign)) child++;
      if (!isBefore(x, heap[child], moved, sign)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = moved;
  }
}

function isBefore(x: Float32Array, a: number, b: number, sign: number): boolean {
  const u = sign * x[a];
  const v = sign * x[b];
  if (u > v) return true;
  if (u < v) return false;
  if (u === v) return a < b;
  if (u !== u && v !== v) return a < b;
  return (u !== u) === sign > 0;
}
