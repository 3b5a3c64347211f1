import type { Part } from "../backend/parts.js";
import * as check from "../check.js";
import type { Backend, BackendName } from "../contract.js";
import { generator, Random } from "../random.js";
import { Disposable } from "./disposable.js";
import { Heap } from "./heap.js";

/**
 * An instance: one linear memory and the kernels that work on it. Everything else is a function that takes it first:
 * softmax(sc, x), tensor(sc, shape), lstm(sc, options).
 */
export class Softcell extends Disposable {
  /** The backend that runs. */
  readonly backend: BackendName;
  /** Why this backend runs. */
  readonly backendReason: string;
  /** @internal */
  declare readonly heap: Heap;
  /** @internal Made when it is asked for, see randomOf(). */
  declare random: Random | undefined;
  /** @internal */
  declare readonly seed: number;

  /** @internal */
  constructor(backend: Backend, reason: string, seed: number) {
    super();
    this.backend = backend.name;
    this.backendReason = reason;
    // not enumerable: not for console.log
    Object.defineProperties(this, {
      heap: { value: new Heap(backend) },
      seed: { value: seed },
      random: { value: undefined, writable: true },
    });
  }

  /**
   * Lets go of the memory and of everything in it, of which whatever is called then throws Error, but for dispose().
   * Live views are detached, arrays stay. Throws Error the second time.
   *
   * @example
   * const other = await init();
   * const x = tensor(other, [2]);
   * other.dispose();
   * x.disposed; // true
   */
  dispose(): void {
    this.heap.dispose();
  }

  /**
   * The backend and why it runs, as console.log() shows them.
   *
   * @example
   * String(sc).slice(0, 19); // Softcell { backend:
   */
  override toString(): string {
    return `Softcell { backend: "${this.backend}", backendReason: "${this.backendReason}" }`;
  }

  /**
   * Whether layers are in training, where dropout drops and forward keeps what backward needs: true at first. Set it to false for
   * inference with all layers, as model.eval() of PyTorch, and to true again to go on. A layer that has been given a `training`
   * of its own keeps to that, and so does a call that is given one. Throws TypeError for what is not true or false.
   *
   * @example
   * const drop = dropout(sc);
   * sc.training = false;
   * drop.forward([1, 2]).data; // 1, 2
   * sc.training = true;
   */
  get training(): boolean {
    this.heap.alive();
    return this.heap.training;
  }

  set training(value: boolean) {
    this.heap.alive();
    this.heap.training = check.boolean("training", value);
  }

  /**
   * Bytes of the linear memory: all of it, and what is allocated.
   *
   * @example
   * sc.memoryUsage.total; // 1048576
   */
  get memoryUsage(): { total: number; used: number } {
    return this.heap.usage;
  }
}

/** The heap of an instance, with the kernels of a part. Throws TypeError for what is no instance. */
export function heapOf(sc: Softcell, part?: Part): Heap {
  if (!(sc instanceof Softcell)) throw new TypeError(`"sc" expected what init() gives, got ${check.show(sc)}`);
  const { heap } = sc;
  if (part) heap.use(part);
  return heap;
}

/** The generator of an instance; or one for a single call, where a seed is given, which `name` names in messages. */
export function randomOf(sc: Softcell, seed?: number, name = "seed"): Random {
  sc.random ??= new Random(sc.seed);
  return generator(sc.random, seed, name);
}
