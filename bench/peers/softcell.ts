// The library itself, from its sources.

import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import * as library from "../../src/index.js";
import { type BackendName, crossEntropy, init, lstm, type Softcell, tensor } from "../../src/index.js";
import { shaped } from "../../test/support/state.js";
import { stateDict, streamVariant } from "../families/lstm.js";
import { trainVariant } from "../families/train.js";
import type { LstmCase, RowCase } from "./cases.js";
import type { Load, Peer, Variant } from "./peer.js";
import type { LstmInputs, RowInputs } from "./reference.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

export function softcell(backend: BackendName): Load {
  return async () => {
    if (backend === "relaxed" && process.versions.node.startsWith("20.")) {
      setFlagsFromString("--experimental-wasm-relaxed-simd");
    }
    const sc = await init({ backend });
    return {
      name: backend,
      version,
      timing: "together",
      rows: (item, inputs) => (item.way === "resident" ? residentRows(sc, item, inputs) : arrayRows(sc, item, inputs)),
      lstm: (item, inputs) => (item.op === "stream" ? stream(sc, item, inputs) : sequence(sc, item, inputs)),
      train: (item, inputs) => trainVariant(sc, inputs, item),
    };
  };
}

/** Array to array with the result in an array of the user's. */
export function softcellOut(backend: BackendName): Load {
  return async () => {
    const { timing } = await softcell(backend)();
    const sc = await init({ backend });
    const rows: Peer["rows"] = (item, inputs) => {
      const length = item.op === "logSumExp" ? item.rows : item.rows * item.cols;
      return item.way === "array" ? arrayRows(sc, item, inputs, new Float32Array(length)) : undefined;
    };
    return { name: `${backend}, out`, version, timing, rows };
  };
}

function residentRows(sc: Softcell, { op, rows, cols }: RowCase, inputs: RowInputs): Variant {
  const x = tensor(sc, [rows, cols], inputs.x);
  const out = tensor(sc, op === "logSumExp" ? [rows] : [rows, cols]);
  const dispose = () => {
    x.dispose();
    out.dispose();
  };
  if (op !== "crossEntropy") return { run: () => library[op](sc, x, { out }), outputs: () => [out.data], dispose };
  let loss = 0;
  return {
    run: () => {
      ({ loss } = crossEntropy(sc, x, inputs.targets, { out }));
    },
    outputs: () => [[loss], out.data],
    dispose,
  };
}

function arrayRows(sc: Softcell, { op, cols }: RowCase, { x, targets }: RowInputs, out?: Float32Array): Variant {
  if (op === "crossEntropy") {
    let [loss, gradient] = [0, x];
    return {
      run: () => {
        ({ loss, dlogits: gradient } = crossEntropy(sc, x, targets, { classes: cols, out }));
      },
      outputs: () => [[loss], gradient],
    };
  }
  let y = x;
  return {
    run: () => {
      y = library[op](sc, x, { cols, out });
    },
    outputs: () => [y],
  };
}

function layer(sc: Softcell, { I, H }: LstmCase, { w }: LstmInputs) {
  const made = lstm(sc, { inputSize: I, hiddenSize: H });
  made.loadStateDict(shaped(made, stateDict(w)));
  return made;
}

function stream(sc: Softcell, item: LstmCase, inputs: LstmInputs): Variant {
  return streamVariant(layer(sc, item, inputs), inputs.x);
}

/** From an array to a new array, as the peers. */
function sequence(sc: Softcell, item: LstmCase, inputs: LstmInputs): Variant {
  const lstm = layer(sc, item, inputs);
  const options = { batch: item.B, training: false };
  let y = inputs.x;
  return {
    run: () => {
      y = new Float32Array(lstm.forward(inputs.x, options).output.data);
    },
    outputs: () => [y],
    dispose: () => lstm.dispose(),
  };
}
