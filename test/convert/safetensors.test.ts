// Safetensors files: against bytes of the reference implementation, there and back, and with everything wrong that can be.
import { describe, expect, test } from "vitest";
import {
  linear,
  listSafetensors,
  loadSafetensors,
  lstm,
  safetensorsMetadata,
  saveSafetensors,
  tensor,
} from "../../src/index.js";
import { open } from "../support/instance.js";
import { not, thrownBy } from "../support/refused.js";

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

/** Written by save() of the Python package safetensors 0.8.0, with the metadata { format: "pt" }. */
const REFERENCE = bytesOf(
  "GAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJaIMOpXCJcXFxuIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRh" +
    "X29mZnNldHMiOlswLDBdfSwiYSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzAsNF19LCJsc3RtLndlaWdodCI6" +
    "eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbNCwyOF19LCJzY2FsYXIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6" +
    "W10sImRhdGFfb2Zmc2V0cyI6WzI4LDMyXX19ICAgICAgAADAvwAAAAAAAIA+AAAAPwAAQD8AAIA/AACgPwAAUEA=",
);
const TENSORS = {
  "lstm.weight": { data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25), shape: [2, 3] },
  a: { data: Float32Array.of(-1.5), shape: [1] },
  'Z é"\\\n': { data: new Float32Array(0), shape: [0, 3] },
  scalar: { data: Float32Array.of(3.25), shape: [] },
};

/** By the same: F64 [0.1, 1e300], F32 [7], F16 [1, -2.5, 65504, 6e-8, inf]. */
const KINDS = bytesOf(
  "uAAAAAAAAAB7ImRvdWJsZSI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzAsMTZdfSwic2luZ2xlIjp7ImR0eXBlIjoi" +
    "RjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjBdfSwiaGFsZiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbNV0sImRhdGFfb2Zm" +
    "c2V0cyI6WzIwLDMwXX19ICAgICAgmpmZmZmZuT+cdQCIPOQ3fgAA4EAAPADB/3sBAAB8",
);

/** A file with this header and so many bytes behind it. */
function file(header: unknown, behind: ArrayLike<number> | number = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const data = typeof behind === "number" ? new Uint8Array(behind) : Uint8Array.from(behind);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

describe("files of the reference implementation", () => {
  test("are written byte for byte", () => {
    expect(saveSafetensors(TENSORS, { metadata: { format: "pt" } })).toEqual(REFERENCE);
  });

  test("are read", () => {
    expect(loadSafetensors(REFERENCE)).toEqual(TENSORS);
    expect(safetensorsMetadata(REFERENCE)).toEqual({ format: "pt" });
    expect(safetensorsMetadata(KINDS)).toEqual({});
  });

  test("F64 and F16 are read as the nearest float32", () => {
    expect(loadSafetensors(KINDS)).toEqual({
      double: { data: Float32Array.of(0.1, Number.POSITIVE_INFINITY), shape: [2] },
      single: { data: Float32Array.of(7), shape: [1] },
      half: { data: Float32Array.of(1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY), shape: [5] },
    });
  });

  test("BF16 is the upper half of a float32", () => {
    const floats = Float32Array.of(1, -2.5, 2 ** -133, 3e38, Number.NEGATIVE_INFINITY, Number.NaN);
    const upper = [...new Uint32Array(floats.buffer)].map((bits) => bits >>> 16);
    const { x } = loadSafetensors(
      file({ x: entry("BF16", [6], [0, 12]) }, new Uint8Array(Uint16Array.from(upper).buffer)),
    );
    const expected = new Float32Array(Uint32Array.from(upper, (bits) => bits << 16).buffer);
    expect(x.data).toEqual(expected);
    expect([x.data[0], x.data[1], x.data[2], x.data[5]]).toEqual([1, -2.5, 2 ** -133, Number.NaN]);
  });

  test("all numbers of F16", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const { x } = loadSafetensors(file({ x: entry("F16", [65536], [0, 131072]) }, new Uint8Array(bits.buffer)));
    bits.forEach((b) => {
      const [exponent, mantissa] = [(b >> 10) & 31, b & 1023];
      const size = exponent === 0 ? mantissa / 2 ** 24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
      const finite = (b >> 15 ? -1 : 1) * size;
      const want = exponent < 31 ? finite : mantissa ? Number.NaN : Math.sign(finite) * Number.POSITIVE_INFINITY;
      if (!Object.is(x.data[b], want)) expect.fail(`${b.toString(16)}: ${x.data[b]} and ${want}`);
    });
  });
});

test("layers and optimisers, there and back", () => {
  const sc = open("js");
  const layers = {
    lstm: lstm(sc, { inputSize: 3, hiddenSize: 2 }),
    head: linear(sc, { inFeatures: 2, outFeatures: 4 }),
  };
  const bytes = saveSafetensors({
    ...layers,
    extra: tensor(sc, [2], Float32Array.of(1, 2)),
    rate: layers.head.params.bias,
  });
  const names = ["extra", "head.bias", "head.weight", ...Object.keys(layers.lstm.params).map((name) => `lstm.${name}`)];
  expect(Object.keys(loadSafetensors(bytes)).sort()).toEqual([...names, "rate"].sort());
  const other = lstm(sc, { inputSize: 3, hiddenSize: 2 });
  expect(other.stateDict()).not.toEqual(layers.lstm.stateDict());
  other.loadStateDict(loadSafetensors(bytes, { prefix: "lstm." }));
  expect(other.stateDict()).toEqual(layers.lstm.stateDict());
  expect(loadSafetensors(bytes, { prefix: "none." })).toEqual({});
});

test("bytes at any place, and results that are copies", () => {
  const shifted = new Uint8Array(REFERENCE.length + 3);
  shifted.set(REFERENCE, 3);
  const loaded = loadSafetensors(shifted.subarray(3));
  expect(loaded).toEqual(TENSORS);
  shifted.fill(0);
  expect(loaded).toEqual(TENSORS);
  expect(loadSafetensors(REFERENCE.slice().buffer)).toEqual(TENSORS);
  expect(loadSafetensors(Buffer.from(REFERENCE))).toEqual(TENSORS);
  expect(loadSafetensors(saveSafetensors({}))).toEqual({});
});

test("names that objects have are names like others", () => {
  const names = ["__proto__", "constructor", "toString", "7", ""];
  const tensors = Object.fromEntries(names.map((name, i) => [name, Float32Array.of(i)]));
  const loaded = loadSafetensors(saveSafetensors(tensors, { metadata: JSON.parse('{ "__proto__": "x" }') }));
  for (const [i, name] of names.entries()) {
    expect(Object.getOwnPropertyDescriptor(loaded, name)?.value).toEqual({ data: Float32Array.of(i), shape: [1] });
  }
  expect(Object.getPrototypeOf(loaded)).toBe(Object.prototype);
});

const ONE = entry("F32", [1], [0, 4]);
const A = JSON.stringify(ONE);

describe.each<[name: string, bytes: Uint8Array, kind: typeof Error, text: string]>([
  ["no bytes", new Uint8Array(0), RangeError, `"bytes" expected a safetensors file, got an empty file`],
  [
    "half a length",
    REFERENCE.slice(0, 7),
    RangeError,
    "a safetensors file, got 7 bytes that start with \\x18\\x01\\x00",
  ],
  ["half a header", REFERENCE.slice(0, 50), RangeError, `"bytes" expected a header of 280 bytes, got 42`],
  ["a tensor that is cut", REFERENCE.slice(0, -1), RangeError, `"bytes" expected 320 bytes by its header, got 319`],
  ["a byte more", Uint8Array.of(...REFERENCE, 0), RangeError, `"bytes" expected 320 bytes by its header, got 321`],
  [
    "a header of 2^63 bytes",
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 0x7b),
    RangeError,
    `"header" expected at most 100000000 bytes, got 9223372036854776000`,
  ],
  ["a header of 100,000,001 bytes", Uint8Array.of(1, 225, 245, 5, 0, 0, 0, 0, 0x7b), RangeError, "got 100000001"],
  ["no header", file(""), RangeError, `"header" expected JSON`],
  ["a header that is no JSON", file("{,}"), RangeError, `"header" expected JSON`],
  [
    "a header that is no UTF-8",
    Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe),
    RangeError,
    `"header" expected UTF-8, got other bytes`,
  ],
  ["a header that is an array", file("[]"), TypeError, `"header" expected an object, got an array`],
  ["a header that is null", file("null"), TypeError, `"header" expected an object, got null`],
  ["a header that is a number", file("3"), TypeError, `"header" expected an object, got 3`],
  ["a header behind a space", file(" {}"), TypeError, `"header" expected an object`],
  ["a header behind a byte order mark", file("\ufeff{}"), RangeError, `"header" expected JSON`],
  [
    "a header nested a million deep",
    file(`{"a":{"b":${"[".repeat(1e6)}`),
    RangeError,
    "at most 128 values in one another",
  ],
  [
    "an array for a tensor, a million deep",
    file(`{"a":${"[".repeat(1e6)}`),
    TypeError,
    `"header.a" expected an object, got an array`,
  ],
  [
    "another field that is no JSON",
    file('{"a":{"b":[1,{"c":tru}]}}'),
    RangeError,
    `"header" expected JSON with a value at 18`,
  ],
  ["a control character in a name", file('{"a\nb":{}}'), RangeError, `"header" expected JSON with a string that ends`],
  [
    "an escape that is none",
    file('{"\\x":{}}'),
    RangeError,
    `"header" expected JSON with a string with proper escapes`,
  ],
  ["a string without an end", file('{"a'), RangeError, "a string that ends at 2"],
  ["a string that ends with a backslash", file('{"a\\'), RangeError, "a string that ends at 2"],
  ["an object without an end", file('{"a":'), RangeError, `"header" expected JSON with a value at 5, got its end`],
  ["something behind the header", file("{}x"), RangeError, `"header" expected JSON with its end at 2, got "x"`],
  ["a comma at the end", file(`{"a":${A},}`, 4), RangeError, `"header" expected JSON with " at`],
  ["a size with a zero in front", file(`{"a":{"shape":[01]}}`), RangeError, `"header" expected JSON with a value`],
  ["a name twice", file(`{"a":${A},"b":${A},"a":${A}}`, 4), RangeError, `expected each name once, got "a" twice`],
  ["a name twice, once escaped", file(`{"a":${A},"\\u0061":${A}}`, 4), RangeError, `got "a" twice`],
  ["a shape twice", file(`{"a":{"shape":[1],${A.slice(1)}}`, 4), RangeError, `got "shape" twice`],
  ["a text twice", file(`{"__metadata__":{"a":"1","a":"2"}}`), RangeError, `got "a" twice`],
  ["a tensor that is null", file({ a: null }), TypeError, `"header.a" expected an object, got null`],
  ["a tensor that is an array", file({ a: [1] }), TypeError, `"header.a" expected an object, got an array`],
  [
    "metadata that are an array",
    file({ __metadata__: [] }),
    TypeError,
    `"header.__metadata__" expected an object of strings`,
  ],
  ["metadata that are null", file({ __metadata__: null }), TypeError, `"header.__metadata__" expected`],
  [
    "metadata of numbers",
    file({ __metadata__: { a: 1 } }),
    TypeError,
    `"header.__metadata__.a" expected a string, got 1`,
  ],
  ["no dtype", file({ a: { shape: [1], data_offsets: [0, 4] } }, 4), TypeError, `"header.a.dtype" expected a string`],
  [
    "a dtype that is a number",
    file({ a: entry(3 as never, [1], [0, 4]) }, 4),
    TypeError,
    `"header.a.dtype" expected a string, got 3`,
  ],
  ["no shape", file({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4), TypeError, `"header.a.shape" expected an array`],
  [
    "a shape that is a number",
    file({ a: entry("F32", 1, [0, 4]) }, 4),
    TypeError,
    `"header.a.shape" expected an array, got 1`,
  ],
  [
    "a shape of strings",
    file({ a: entry("F32", ["1"], [0, 4]) }, 4),
    TypeError,
    `"header.a.shape[0]" expected an integer`,
  ],
  ["a negative size", file({ a: entry("F32", [-1, -1], [0, 4]) }, 4), RangeError, `"header.a.shape[0]" expected`],
  ["a size of -0", file(`{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}`), RangeError, "got -0"],
  [
    "a size that is no integer",
    file({ a: entry("F32", [0.5, 2], [0, 4]) }, 4),
    RangeError,
    `"header.a.shape[0]" expected`,
  ],
  ["a size of 2^53", file({ a: entry("F32", [2 ** 53, 0], [0, 0]) }), RangeError, `"header.a.shape[0]" expected`],
  [
    "sizes whose product is too large",
    file({ a: entry("F32", [2 ** 30, 2 ** 30, 0], [0, 0]) }),
    RangeError,
    `"header.a.shape" expected at most 2^53 bits`,
  ],
  ["no offsets", file({ a: { dtype: "F32", shape: [1] } }, 4), TypeError, `"header.a.data_offsets" expected an array`],
  ["one offset", file({ a: entry("F32", [1], [4]) }, 4), RangeError, `"header.a.data_offsets" expected length 2`],
  [
    "three offsets",
    file({ a: entry("F32", [1], [0, 4, 8]) }, 4),
    RangeError,
    `"header.a.data_offsets" expected length 2`,
  ],
  ["offsets the wrong way round", file({ a: entry("F32", [1], [4, 0]) }, 4), RangeError, "of -4 bytes"],
  ["offsets below 0", file({ a: entry("F32", [1], [-4, 0]) }, 4), RangeError, `"header.a.data_offsets[0]" expected`],
  ["offsets of another size", file({ a: entry("F32", [2], [0, 4]) }, 4), RangeError, "expected 8 bytes for F32 [2]"],
  ["offsets behind the end", file({ a: entry("F32", [2], [0, 8]) }, 4), RangeError, `by its header, got`],
  ["a hole at the start", file({ a: entry("F32", [1], [4, 8]) }, 8), RangeError, `expected to start at 0, got [4, 8]`],
  [
    "a hole between two",
    file({ a: entry("F32", [1], [0, 4]), b: entry("F32", [1], [8, 12]) }, 12),
    RangeError,
    `"header.b.data_offsets" expected to start at 4, got [8, 12]`,
  ],
  [
    "two that overlap",
    file({ a: entry("F32", [2], [0, 8]), b: entry("F32", [2], [4, 12]) }, 12),
    RangeError,
    `"header.b.data_offsets" expected to start at 8, got [4, 12]`,
  ],
  ["two in one place", file({ a: ONE, b: ONE }, 4), RangeError, `expected to start at 4, got [0, 4]`],
  ["bytes that are no tensor's", file({ a: ONE }, 8), RangeError, `by its header, got`],
])("%s", (_, bytes, kind, text) => {
  test.each([
    ["loadSafetensors", loadSafetensors],
    ["listSafetensors", listSafetensors],
    ["safetensorsMetadata", safetensorsMetadata],
  ])("%s refuses it", (_name, call) => {
    const error = thrownBy(() => call(bytes));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });
});

test("other fields are read over, as by the reference implementation", () => {
  const more = { ...ONE, more: [1, { x: ["a", null, true, -1.5e3] }, {}, []] };
  expect(loadSafetensors(file({ a: more }, 4))).toEqual({ a: { data: Float32Array.of(0), shape: [1] } });
});

test("spaces are allowed everywhere", () => {
  expect(loadSafetensors(file(`${JSON.stringify({ a: ONE }, null, "\t\r\n ")}  `, 4))).toEqual(
    loadSafetensors(file({ a: ONE }, 4)),
  );
});

test("a name of five million escaped characters", () => {
  const name = "\\".repeat(5e6);
  expect(Object.keys(loadSafetensors(saveSafetensors({ [name]: new Float32Array(1) })))).toEqual([name]);
});

test.each<[name: string, call: () => unknown, kind: typeof Error, text: string]>([
  ["bytes a string", () => loadSafetensors(not("")), TypeError, `"bytes" expected Uint8Array or ArrayBuffer, got ""`],
  ["bytes floats", () => loadSafetensors(not(new Float32Array(2))), TypeError, "got Float32Array"],
  ["prefix 1", () => loadSafetensors(REFERENCE, { prefix: not(1) }), TypeError, `"prefix" expected a string, got 1`],
  ["an unknown option", () => loadSafetensors(REFERENCE, not({ name: "" })), RangeError, `got "name"`],
  ["tensors null", () => saveSafetensors(not(null)), TypeError, `"tensors" expected an object of layers or arrays`],
  [
    "convert 1",
    () => loadSafetensors(REFERENCE, { convert: not(1) }),
    TypeError,
    `"convert" expected true or false, got 1`,
  ],
  ["tensors an array", () => saveSafetensors(not([])), TypeError, `"tensors" expected`],
  ["a tensor that is a string", () => saveSafetensors({ a: not("x") }), TypeError, `"tensors.a" expected a layer`],
  ["no data", () => saveSafetensors({ a: not({ shape: [] }) }), TypeError, `"tensors.a" expected a layer`],
  [
    "data of doubles",
    () => saveSafetensors({ a: not({ shape: [1], data: [1] }) }),
    TypeError,
    `"tensors.a.data" expected`,
  ],
  [
    "another shape",
    () => saveSafetensors({ a: { shape: [2], data: new Float32Array(1) } }),
    RangeError,
    `"tensors.a.data"`,
  ],
  ["__metadata__", () => saveSafetensors({ __metadata__: new Float32Array(1) }), RangeError, "expected other names"],
  [
    "metadata of numbers",
    () => saveSafetensors({}, { metadata: not({ a: 1 }) }),
    TypeError,
    `"metadata.a" expected a string`,
  ],
  ["metadata null", () => saveSafetensors({}, { metadata: not(null) }), TypeError, `"metadata" expected an object`],
  [
    "a name that a layer has, too",
    () => {
      const a = linear(open("js"), { inFeatures: 1, outFeatures: 1 });
      return saveSafetensors({ a, "a.bias": new Float32Array(1) });
    },
    RangeError,
    `expected each name once, got "a.bias" twice`,
  ],
])("%s is refused", (_, call, kind, text) => {
  const error = thrownBy(call);
  expect(error.message).toContain(text);
  expect(error.constructor).toBe(kind);
});

const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("what is no safetensors file is named, with the line that converts it", () => {
  const TORCH = 'safetensors.torch.save_file(torch.load("model.pt", map_location="cpu"), "model.safetensors")';
  const zip = (name: string) =>
    latin(`PK\x03\x04\x14\0\0\0\b\0${"\0".repeat(16)}${String.fromCharCode(name.length)}\0\0\0${name}`);
  test.each<[what: string, bytes: Uint8Array, ...texts: string[]]>([
    ["torch.save()", zip("model/data.pkl"), "a zip file of PyTorch", TORCH],
    ["torch.save() of old", latin("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."), "a pickle", TORCH],
    [".keras", zip("metadata.json"), "a zip file of Keras", "keras.models.load_model"],
    [".npz", zip("arr_0.npy"), "a zip file of NumPy", "dict(numpy.load("],
    ["another zip file", zip("readme.txt"), "got a zip file; where torch.save() wrote it", TORCH],
    [".npy", latin("\x93NUMPY\x01\0v\0{'descr': '<f4'"), "an array of NumPy", "numpy.load("],
    [".h5", latin("\x89HDF\r\n\x1a\n\0\0"), "an HDF5 file", "keras.models.load_model"],
    [".onnx", latin("\b\x07\x12\x07pytorch\x1a\x052.4.0:"), "an ONNX model", "onnx.numpy_helper.to_array"],
    [".onnx without a producer", latin("\b\n:\xa4\x01\n\x10"), "an ONNX model", "onnx.numpy_helper.to_array"],
    ["a page", latin("<!DOCTYPE html><html><head>"), "got HTML or XML", "response.ok"],
    ["a page behind a byte order mark", latin("\xef\xbb\xbf\r\n<html>"), "got HTML or XML"],
    ["a pointer", latin("version https://git-lfs.github.com/spec/v1\noid sha256:"), "Git LFS", "git lfs pull"],
    ["gzip", latin("\x1f\x8b\b\0\0\0\0\0\0\x03"), "a gzip file"],
    ["text", latin("404: Not Found"), "got 14 bytes that start with 404: Not Found"],
    ["JSON", latin('{"error":"not found"}'), "got 21 bytes that start with", '{"error":"not found"}'],
    ["bytes", Uint8Array.of(255, 254, 253, 252, 251, 250, 249, 248, 247), "got 9 bytes that start with \\xff\\xfe"],
  ])("%s", (_, bytes, ...texts) => {
    for (const call of [loadSafetensors, listSafetensors, safetensorsMetadata]) {
      const error = thrownBy(() => call(bytes));
      expect(error.constructor).toBe(RangeError);
      for (const text of [`"bytes" expected a safetensors file`, ...texts]) expect(error.message).toContain(text);
      expect(error.message.length).toBeLessThan(400);
    }
  });
});

describe("a header that is long and wrong", () => {
  const long = 4e6;
  test.each<[what: string, header: string, text: string]>([
    [
      "from its first entry",
      `{"a":{"dtype":1}${',"b":{}'.repeat(long / 8)}}`,
      `"header.a.dtype" expected a string, got 1`,
    ],
    ["in a name", `{"${"n".repeat(long)}":1}`, `"header.${"n".repeat(100)}..." expected an object, got 1`],
    ["in a dtype", `{"a":{"dtype":"${"F".repeat(long)}","shape":[${2 ** 53}]}}`, `"header.a.shape[0]" expected`],
    [
      "in a shape",
      `{"a":{"dtype":"F32","shape":[${"1,".repeat(long / 2)}2],"data_offsets":[0,0]}}`,
      "expected 8 bytes for F32 [1,1",
    ],
    ["in a number", `{"a":{"shape":[${"9".repeat(long)}]}}`, `"header.a.shape[0]" expected an integer from 0, got 999`],
    ["in a text", `{"__metadata__":{"${"n".repeat(long)}":1}}`, "expected a string, got 1"],
    [
      "in a name that comes twice",
      `{"__metadata__":{"${"n".repeat(long)}":"","${"n".repeat(long)}":""}}`,
      `..." twice`.replace("\\", ""),
    ],
  ])("%s: the message is short", (_, header, text) => {
    const error = thrownBy(() => loadSafetensors(file(header)));
    expect(error.message).toContain(text);
    expect(error.message.length).toBeLessThan(500);
  });

  test("is not read behind what is wrong", () => {
    // JSON.parse() of the whole would name the end
    const error = thrownBy(() => loadSafetensors(file('{"a":{"dtype":1},"a":{},,}')));
    expect(error.message).toBe(`"header.a.dtype" expected a string, got 1`);
  });
});

test("200,000 tensors", () => {
  const tensors = Object.fromEntries(
    Array.from({ length: 200_000 }, (_, i) => [`layers.${i}.weight`, Float32Array.of(i)]),
  );
  const loaded = Object.values(loadSafetensors(saveSafetensors(tensors)));
  expect(loaded.length).toBe(200_000);
  expect(loaded.every(({ data }) => data.length === 1)).toBe(true);
});

test("names with escapes are not taken for one another", () => {
  const one = { data: Float32Array.of(1), shape: [] };
  const saved = (name: string) => saveSafetensors({ "": one, [name]: one, z: one });
  for (const name of ["\\", '"']) expect(Object.keys(loadSafetensors(saved(name)))).toEqual(["", name, "z"]);
});
