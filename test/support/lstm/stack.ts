// A layer with several layers and directions, made by hand from layers with one of each.

import type { Lstm, Softcell } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import { shapeOf } from "../oracle/lstm.js";
import { shaped } from "../state.js";
import { type Drawn, type Given, layerOptions, run } from "./cases.js";

/** x [T][B][width] with the steps of each sequence from its last to its first. */
export function reversed({ T, B, lengths }: Given, x: Float32Array): Float32Array {
  const y = new Float32Array(x.length);
  const width = x.length / (T * B);
  for (let b = 0; b < B; b++) {
    const end = lengths ? lengths[b] : T;
    for (let t = 0; t < end; t++) {
      const from = ((end - 1 - t) * B + b) * width;
      y.set(x.subarray(from, from + width), (t * B + b) * width);
    }
  }
  return y;
}

/** Columns from..to of x [..][width]. */
const columns = (x: Float32Array, width: number, from: number, to: number): Float32Array =>
  x.filter((_, i) => i % width >= from && i % width < to);

/** The parameters of one unit, with the names of the first. */
function own(parameters: Drawn["parameters"], suffix: string): Drawn["parameters"] {
  const names = Object.keys(parameters).filter((name) => name.endsWith(suffix));
  return Object.fromEntries(names.map((name) => [name.replace(suffix, "_l0"), parameters[name]]));
}

/**
 * The results as run() gives them, what each layer was given and gave, and the same of its gradients. The layers
 * above are not trained with those below: each runs again for its backward.
 */
export function byHand(sc: Softcell, { options, parameters, given, dropped }: Drawn) {
  const { H, P, width, layers } = shapeOf(options);
  const { B, T } = given;
  const units = layers.flat().map(({ I, suffix, reverse, functions }, u) => {
    const parts = own(parameters, suffix);
    const one = {
      ...options,
      inputSize: I,
      numLayers: 1,
      direction: "forward" as const,
      ...(options.activations && { activations: [functions] }),
    };
    const lstm = softcell.lstm(sc, layerOptions({ options: one, parameters: parts, dropped: {} }));
    lstm.loadStateDict(shaped(lstm, parts));
    return { lstm, u, suffix, turn: (x: Float32Array) => (reverse ? reversed(given, x) : x) };
  });
  const directions = layers[0].length;
  const of = (k: number) => units.slice(k * directions, (k + 1) * directions);
  const part = (x: Float32Array, u: number, n: number) => x.subarray(u * B * n, (u + 1) * B * n);
  const states = ({ u }: { u: number }) => ({
    h0: part(given.h0, u, P),
    c0: part(given.c0, u, H),
    dhN: part(given.dhN, u, P),
    dcN: part(given.dcN, u, H),
  });

  const { dropout: p = 0, dropoutSeed: seed } = dropped;
  // the masks of one seed follow each other
  const drops = layers.slice(1).map((_, k) => {
    const drop = softcell.dropout(sc, { p, seed });
    for (let i = 0; i < k; i++) drop.forward(new Float32Array(1));
    return drop;
  });

  const outputs: Float32Array[] = [];
  const inputs = [given.x];
  for (let k = 0; k < layers.length; k++) {
    const y = new Float32Array(T * B * width);
    of(k).forEach((unit, d) => {
      const output = forward(unit.lstm, { ...given, ...states(unit), x: unit.turn(inputs[k]) });
      unit.turn(output).forEach((v, i) => {
        y[Math.floor(i / P) * width + d * P + (i % P)] = v;
      });
    });
    outputs.push(y);
    if (k < drops.length) inputs.push(drops[k].forward(y).data.slice());
  }
  const end = { hN: given.h0.slice(), cN: given.c0.slice(), dh0: given.h0.slice(), dc0: given.c0.slice() };
  const results: Record<string, Float32Array> = { output: outputs[layers.length - 1], ...end };
  const upstreams: Float32Array[] = [];
  const dxs: Float32Array[] = [];
  upstreams[layers.length - 1] = given.dOutput;
  for (let k = layers.length - 1; k >= 0; k--) {
    const dx = new Float32Array(inputs[k].length);
    of(k).forEach((unit, d) => {
      const dOutput = unit.turn(columns(upstreams[k], width, d * P, (d + 1) * P));
      const {
        output,
        dx: dxOwn,
        ...others
      } = run(unit.lstm, { ...given, ...states(unit), x: unit.turn(inputs[k]), dOutput });
      unit.turn(dxOwn).forEach((v, i) => {
        dx[i] = d === 0 ? v : dx[i] + v;
      });
      for (const [name, values] of Object.entries(others)) {
        if (name in end) results[name].set(values, unit.u * values.length);
        else results[name.replace("_l0", unit.suffix)] = values;
      }
    });
    dxs[k] = dx;
    if (k > 0) upstreams[k - 1] = drops[k - 1].backward(dx).data.slice();
  }
  return { results: { ...results, dx: dxs[0] }, outputs, inputs, dxs, upstreams };
}

function forward(lstm: Lstm, { T, B, x, h0, c0, lengths }: Given): Float32Array {
  return lstm.forward(x, { batch: B, steps: T, h0, c0, lengths, training: false }).output.data.slice();
}
