import type { Layer, StateDict } from "../../src/index.js";

/** A state dict of bare arrays, with the shapes that a layer has under these names. */
export function shaped(layer: Layer, arrays: Readonly<Record<string, ArrayLike<number>>>): StateDict {
  const entries = Object.entries(arrays).map(([name, data]) => [name, { data, shape: layer.params[name].shape }]);
  return Object.fromEntries(entries);
}
