// All that a training run is a function of, in one safetensors file: a run that goes on from it has the same results.
import * as check from "../check.js";
import { Layer, layersOf } from "../layers/layer.js";
import { checkKeys, type StateDict } from "../layers/parameters.js";
import type { Recurrent, Signature } from "../layers/recurrent/layer.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import type { Random } from "../random.js";
import { Optimizer } from "../train/optimizer.js";
import { checkedRandomState } from "../train/random-state.js";
import {
  loadSafetensors,
  type Savable,
  type StoredTensor,
  safetensorsMetadata,
  saveSafetensors,
} from "./safetensors.js";

/** What saveCheckpoint() and loadCheckpoint() are about. */
export interface CheckpointParts {
  /** All layers of the run by name, those without parameters too, whose seeds have generators; or a single layer. */
  model: Layer | Readonly<Record<string, Layer>>;
  /** The optimiser, or several by name. Default: none. */
  optimizer?: Optimizer | Readonly<Record<string, Optimizer>>;
}

/** Options of saveCheckpoint(). */
export interface SaveCheckpointOptions extends CheckpointParts {
  /** The number of steps that were made, at least 0. */
  step: number;
  /** Any texts by name. */
  metadata?: Readonly<Record<string, string>>;
}

/** What loadCheckpoint() returns. */
export interface Checkpoint {
  /** The number of steps that had been made. */
  step: number;
  /** The texts by name. */
  metadata: Record<string, string>;
}

/**
 * A training run between two steps as the bytes of a safetensors file: the parameters of the layers (`model.head.weight`),
 * the state of the optimiser with its learning rate, the states that stateful layers carry on, the step, and the random
 * generators of the instance and of layers with a seed. A run that goes on from it by loadCheckpoint(), in another
 * process or on another machine, has the same results as one that was never cut, bit for bit (docs/determinism.md). Not in it:
 * gradients, so save after optimizer.step() and before the next backward; options of layers and optimisers; streams.
 *
 * Throws TypeError for a wrong kind and for what is of another instance, RangeError for a wrong value, Error for what is disposed.
 *
 * @example
 * const head = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam(sc, head);
 * const bytes = saveCheckpoint(sc, { model: { head }, optimizer, step: 100 });
 * Object.keys(loadSafetensors(bytes, { prefix: "model.head." })); // 'bias', 'weight'
 */
export function saveCheckpoint(sc: Softcell, options: SaveCheckpointOptions): Uint8Array<ArrayBuffer> {
  check.options("options", options ?? {}, ["model", "optimizer", "step", "metadata"]);
  const { model, optimizer, step, metadata } = options ?? {};
  check.integer("step", step, 0, Number.MAX_SAFE_INTEGER);
  const parts = partsOf(sc, model, optimizer);
  const tensors = Object.assign({ step: scalar(step) }, ...parts.map(({ tensors }) => tensors));
  return saveSafetensors(tensors, metadata === undefined ? {} : { metadata });
}

/**
 * Puts layers, optimisers and the random generator of the instance into the state that saveCheckpoint() saved, and returns the
 * step and the metadata. Layers and optimisers are made as they were for the run that was saved, with the same options and under
 * the same names.
 *
 * Throws as saveCheckpoint() and loadSafetensors(), and RangeError for a file that has anything else in it than this model and
 * this optimiser, or less; nothing has changed then. For a part, as the model alone: loadSafetensors() with `prefix`.
 *
 * @example
 * const head = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam(sc, head);
 * const bytes = saveCheckpoint(sc, { model: { head }, optimizer, step: 100 });
 * loadCheckpoint(sc, bytes, { model: { head }, optimizer }).step; // 100
 */
export function loadCheckpoint(sc: Softcell, bytes: Uint8Array | ArrayBuffer, options: CheckpointParts): Checkpoint {
  check.options("options", options ?? {}, ["model", "optimizer"]);
  const { model, optimizer } = options ?? {};
  const parts = partsOf(sc, model, optimizer);
  const saved = loadSafetensors(bytes, { convert: false });
  if (!Object.hasOwn(saved, "step") || !Object.hasOwn(saved, "generator")) {
    throw new RangeError(`"bytes" expected what saveCheckpoint() gives, got a safetensors file of something else`);
  }
  checkKeys("bytes", Object.keys(saved), ["step", ...parts.flatMap(({ tensors }) => Object.keys(tensors))]);
  const step = check.integer("bytes.step", scalarOf(saved, "step"), 0, Number.MAX_SAFE_INTEGER);
  const writes = parts.map(({ prepare }) => prepare(saved));
  for (const write of writes) write();
  return { step, metadata: safetensorsMetadata(bytes) };
}

type Saved = Readonly<Record<string, StoredTensor>>;

/** Something that has a state: its tensors by their names in the file, and what copies them from a file and returns what writes them. */
interface Part {
  tensors: Record<string, Savable>;
  prepare(saved: Saved): () => void;
}

/** Everything in a fixed order. */
function partsOf(sc: Softcell, model: unknown, optimizer: unknown): Part[] {
  const heap = heapOf(sc);
  heap.alive();
  const random = randomOf(sc);
  const parts = [generatorPart("generator", random)];
  for (const [path, value] of byPath("model", model, Layer)) {
    const [layer] = layersOf(heap, path, value);
    const { generator } = layer;
    parts.push(entriesPart(path, layer.params, (state, title) => layer.parameters.prepare(state, title)));
    if (generator && generator !== random) parts.push(generatorPart(`generator.${path}`, generator));
    if ("carried" in layer && (layer as AnyRecurrent).stateful) parts.push(statesPart(path, layer as AnyRecurrent));
  }
  for (const [path, value] of optimizer === undefined ? [] : byPath("optimizer", optimizer, Optimizer)) {
    if (!(value instanceof Optimizer)) throw new TypeError(`"${path}" expected an optimizer, got ${check.show(value)}`);
    if (value.heap !== heap)
      throw new TypeError(`"${path}" expected an optimizer of this instance, got one of another`);
    parts.push(
      entriesPart(path, value.stateDict(), (state, title) => value.prepare(state, title)),
      ratePart(path, value),
    );
  }
  return parts;
}

/** What is given by name, or alone, with the first parts of names in the file. */
function byPath(name: string, given: unknown, kind: abstract new (...args: never) => object): [string, unknown][] {
  if (given instanceof kind) return [[name, given]];
  if (typeof given !== "object" || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw new TypeError(`"${name}" expected one or an object of them, got ${check.show(given)}`);
  }
  return Object.entries(given).map(([key, value]) => [`${name}.${key}`, value]);
}

/** What has a state dict. */
function entriesPart(
  path: string,
  entries: Readonly<Record<string, Savable>>,
  prepare: (state: StateDict, title: string) => () => void,
): Part {
  const keys = Object.keys(entries);
  const nameOf = (key: string): string => `${path}.${key}`;
  return {
    tensors: Object.fromEntries(keys.map((key) => [nameOf(key), entries[key]])),
    // an array of 64-bit integers is refused there
    prepare: (saved) =>
      prepare(Object.fromEntries(keys.map((key) => [key, saved[nameOf(key)]])) as StateDict, `bytes.${path}`),
  };
}

function generatorPart(key: string, { state }: Random): Part {
  return {
    tensors: { [key]: state },
    prepare: (saved) => {
      const copy = checkedRandomState(`bytes.${key}`, saved[key].data);
      return () => state.set(copy);
    },
  };
}

function ratePart(path: string, optimizer: Optimizer): Part {
  const key = `lr.${path}`;
  return {
    tensors: { [key]: scalar(optimizer.lr) },
    prepare: (saved) => {
      const lr = check.number(`bytes.${key}`, scalarOf(saved, key), 0, Number.MAX_VALUE);
      return () => {
        optimizer.lr = lr;
      };
    },
  };
}

type AnyRecurrent = Recurrent<string, Signature>;

/** The states that a stateful layer goes on from; those of a batch of 0 where it starts anew. */
function statesPart(path: string, layer: AnyRecurrent): Part {
  const { carried, numLayers, bidirectional } = layer;
  const { states } = layer.kind;
  const keys = states.map(({ name }) => `state.${path}.${name}`);
  const shapeOf = (i: number, batch: number) => [numLayers * (bidirectional ? 2 : 1), batch, states[i].width];
  const tensors = keys.map((key, i) => {
    const state = carried?.states[i] ?? new Float32Array(0);
    const shape = shapeOf(i, carried?.batch ?? 0);
    // not read by loadCheckpoint(): it may be disposed
    const entry = {
      shape,
      get data() {
        return "data" in state ? state.data : state;
      },
    };
    return [key, entry] as const;
  });
  return {
    tensors: Object.fromEntries(tensors),
    prepare: (saved) => {
      const batch = saved[keys[0]].shape[1];
      const copies = keys.map((key, i) => {
        check.sameShape(`bytes.${key}.shape`, saved[key].shape, shapeOf(i, batch));
        return check.float32Array(`bytes.${key}`, saved[key].data);
      });
      return () => {
        layer.carried = batch === 0 ? undefined : { states: copies, batch };
      };
    },
  };
}

const scalar = (value: number): Savable => ({ data: Float64Array.of(value), shape: [] });

function scalarOf(saved: Saved, key: string): unknown {
  check.sameShape(`bytes.${key}.shape`, saved[key].shape, []);
  return saved[key].data[0];
}
