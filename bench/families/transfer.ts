// What it costs to bring arrays in and out: one row of softmax from an array of the user's to a new one, to one of the
// user's, and in linear memory.
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case, Variant } from "../cases.js";
import { softmax } from "../plain/softmax.js";

const SIZES = [10, 128, 1000, 32768];

type Way = "array -> new array" | "array -> out" | "tensor -> out";
const WAYS: Way[] = ["array -> new array", "array -> out", "tensor -> out"];

function libraryVariant(sc: Softcell, way: Way, input: Float32Array): Variant {
  if (way === "array -> new array") {
    let y = input;
    return {
      run: () => {
        y = softcell.softmax(sc, input);
      },
      outputs: () => [y],
    };
  }
  if (way === "array -> out") {
    const options = { out: new Float32Array(input.length) };
    return { run: () => softcell.softmax(sc, input, options), outputs: () => [options.out] };
  }
  const [x, out] = [softcell.tensor(sc, [input.length], input), softcell.tensor(sc, [input.length])];
  const options = { out };
  return {
    run: () => softcell.softmax(sc, x, options),
    outputs: () => [out.data],
    dispose: () => {
      x.dispose();
      out.dispose();
    },
  };
}

function plainVariant(way: Way, x: Float32Array): Variant {
  let y = new Float32Array(x.length);
  return {
    run: () => {
      if (way === "array -> new array") y = new Float32Array(x.length);
      softmax(y, x, 1, x.length);
    },
    outputs: () => [y],
  };
}

function transferCase(way: Way, n: number): Case {
  const input = () => new Random(n).normals(n, 3);
  return {
    family: "transfer",
    name: `softmax, ${way}`,
    size: `${n}`,
    bound: { relative: 1e-6, absolute: 0 },
    library: (sc) => libraryVariant(sc, way, input()),
    plain: () => plainVariant(way, input()),
  };
}

export const transfer: Case[] = WAYS.flatMap((way) => SIZES.map((n) => transferCase(way, n)));
