// Corrupt files of tensors: bytes changed, cut off, repeated, headers that say other sizes. They are read, as what they say, or
// refused; no more is read than the file has, and a layer that is given what was read takes all of it or nothing.
import { describe } from "vitest";
import { linear, loadSafetensors, safetensorsMetadata, saveSafetensors } from "../../src/index.js";
import { fuzz, outcomeOf } from "../support/fuzz.js";
import { image, open } from "../support/instance.js";
import type { Random } from "../support/random.js";

const sc = open("strict");
const layer = linear(sc, { inFeatures: 3, outFeatures: 2 });

/** A right file of up to four tensors, one of which is a layer's. */
function fileOf(random: Random): Uint8Array {
  const tensors: Record<string, { data: Float32Array; shape: number[] }> = {};
  for (let i = random.below(3); i > 0; i--) {
    const shape = Array.from({ length: random.below(4) }, () => random.below(4));
    const size = shape.reduce((n, axis) => n * axis, 1);
    tensors[["a", "__proto__", 'q"\\', "x.y"][random.below(4)]] = { data: random.normals(size), shape };
  }
  const metadata = random.below(2) ? { format: "pt", text: "\u2028\ud83d\ude00" } : undefined;
  return saveSafetensors({ layer, ...tensors }, { metadata });
}

const WORDS = ["-1", "1e400", "9007199254740993", "null", "[]", "{}", '"F64"', '"I64"', "-0", "0.5", '"__proto__"', "\\ud800", "NaN"];

/** The header with something else in the place of a number, a name or a bracket. */
function withOtherText(file: Uint8Array, random: Random): Uint8Array {
  const length = new DataView(file.buffer).getUint32(0, true);
  const text = new TextDecoder().decode(file.subarray(8, 8 + length)).trimEnd();
  const tokens = text.split(/(\d+|"[^"]*"|[[\]{},:])/).filter((token) => token !== "");
  const i = random.below(tokens.length);
  const ways = [
    () => tokens.splice(i, 1, WORDS[random.below(WORDS.length)]),
    () => tokens.splice(i, 1),
    () => tokens.splice(i, 0, tokens[random.below(tokens.length)]),
    () => tokens.splice(i, 1, String(random.bits())),
    () => tokens.splice(i, 1, ...Array(random.below(200)).fill(tokens[i])),
  ];
  ways[random.below(ways.length)]();
  const header = new TextEncoder().encode(tokens.join(""));
  const changed = new Uint8Array(8 + header.length + file.length - 8 - length);
  new DataView(changed.buffer).setUint32(0, header.length, true);
  changed.set(header, 8);
  changed.set(file.subarray(8 + length), 8 + header.length);
  return changed;
}

function corrupt(file: Uint8Array, random: Random): Uint8Array {
  const copy = file.slice();
  const at = random.below(copy.length);
  switch (random.below(6)) {
    case 0:
      for (let i = 1 + random.below(4); i > 0; i--) copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    case 1:
      return copy.slice(0, at);
    case 2:
      return Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(random.below(at + 1))]);
    case 3:
      new DataView(copy.buffer).setBigUint64(0, BigInt(random.bits()) << BigInt(random.below(33)), true);
      return copy;
    case 4:
      return Uint8Array.from({ length: random.below(100) }, () => random.below(256));
    default:
      return withOtherText(file, random);
  }
}

/** Reads it; throws where what was read is not what it says of itself. */
function read(bytes: Uint8Array, random: Random): void {
  // anywhere in a longer buffer, whose other bytes are no part of it
  const room = new Uint8Array(bytes.length + 24).fill(0xff);
  room.set(bytes, random.below(24));
  const prefix = ["", "layer.", "x"][random.below(3)];
  const given = random.below(2) ? bytes : room.subarray(room.indexOf(bytes[0]), room.indexOf(bytes[0]) + bytes.length);
  safetensorsMetadata(given);
  const entries = loadSafetensors(given, { prefix });
  let elements = 0;
  for (const [name, { data, shape }] of Object.entries(entries)) {
    elements += data.length;
    const size = shape.reduce((n, axis) => n * axis, 1);
    if (size !== data.length) throw new EvalError(`${name} has shape [${shape}] and ${data.length} elements`);
  }
  // one byte each is the least that an element of a file takes
  if (elements > bytes.length) throw new EvalError(`${elements} elements were read from ${bytes.length} bytes`);
  const before = image(sc);
  const loaded = outcomeOf(() => layer.loadStateDict(entries));
  if (loaded !== "returned" && Buffer.compare(image(sc), before) !== 0) throw new EvalError("half a layer was written");
}

describe("files", () => {
  fuzz("corrupt files of safetensors", 20_000, (random) => {
    const file = corrupt(fileOf(random), random);
    const outcome = outcomeOf(() => read(file, random));
    if (Object.getOwnPropertyNames(Object.prototype).length !== NAMES) throw new Error("a name came to Object.prototype");
    return outcome;
  });
});

const NAMES = Object.getOwnPropertyNames(Object.prototype).length;
