import { packedSize } from "../contract.js";
import { Block } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import type { Owner } from "../memory/piece.js";
import type { Parameter, Parameters } from "./parameters.js";

/** A weight [K][N], or the transpose of one [N][K], packed for products; packed again when the parameters' version is another. */
export class Panels {
  private readonly heap: Heap;
  private readonly parameters: Parameters;
  private readonly weight: Parameter;
  private readonly K: number;
  private readonly N: number;
  private readonly kernel: "pack" | "packTransposed";
  private readonly block: Block;
  private version = -1;

  constructor(parameters: Parameters, weight: Parameter, transposed: boolean) {
    this.heap = parameters.heap;
    this.parameters = parameters;
    this.weight = weight;
    [this.K, this.N] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
    this.kernel = transposed ? "packTransposed" : "pack";
    this.block = new Block(this.heap);
  }

  /** Whose memory it is, for messages. */
  set owner(owner: Owner) {
    this.block.owner = owner;
  }

  /** The panels, and a row of zeros behind them. */
  private get elements(): number {
    return packedSize(this.K, this.N) + this.N;
  }

  /** Bytes that the first multiply() allocates, for Heap.reserve. */
  missing(): number {
    return this.block.missing(this.elements);
  }

  /** c [M][N] = cin + a [M][K] times the panels; cin [N] for all rows, 0 for none. */
  multiply(c: number, cin: number, a: number, M: number): void {
    const { heap, K, N, parameters, weight } = this;
    const p = this.block.ensure(this.elements);
    if (this.version !== parameters.version) {
      heap.kernels[this.kernel](p, weight.pointer, K, N, weight.shape[1]);
      this.version = parameters.version;
    }
    const from = cin || p + 4 * packedSize(K, N);
    heap.kernels.gemm(c, from, a, p, M, N, K, N, 0, K, 16 * K, heap.rowScratch);
  }

  dispose(): void {
    this.block.dispose();
  }
}
