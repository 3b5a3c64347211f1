// Tensors in files of the format safetensors (https://github.com/huggingface/safetensors): eight bytes with the length of the
// header, little-endian; the header, a JSON object; the elements.
import { isArrayBuffer, kindOf } from "../arrays.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { StateEntry } from "../layers/parameters.js";
import { checkedHeader, type Extent, METADATA, MOST_HEADER, texts } from "./header.js";

/** What is saved under a name: a layer, whose parameters get the name and a dot in front, a tensor, a parameter, an array. */
export type Savable = Layer | Float32Array | { readonly data: Float32Array; readonly shape: readonly number[] };

/** Options of saveSafetensors(). */
export interface SaveSafetensorsOptions {
  /** Any texts by name. */
  metadata?: Readonly<Record<string, string>>;
}

/** Options of loadSafetensors(). */
export interface LoadSafetensorsOptions {
  /** Only the tensors whose names start with this, which is cut off: "lstm." for lstm.loadStateDict(). Default: all. */
  prefix?: string;
}

/**
 * The bytes of a safetensors file that holds these tensors as F32, sorted by name: those that the reference
 * implementation writes. Layers and state dicts, as { lstm, head } or lstm.stateDict(). Throws TypeError for a wrong
 * kind, RangeError for a name that is given twice, Error for a disposed layer or tensor.
 *
 * @example
 * const head = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const bytes = saveSafetensors({ head }, { metadata: { epoch: "3" } });
 * bytes.length; // 180
 */
export function saveSafetensors(
  tensors: Readonly<Record<string, Savable>>,
  options: SaveSafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  if (typeof tensors !== "object" || tensors === null || Array.isArray(tensors) || ArrayBuffer.isView(tensors)) {
    throw new TypeError(`"tensors" expected an object of layers or arrays, got ${check.show(tensors)}`);
  }
  check.options("options", options, ["metadata"]);
  const entries = Object.entries(tensors).flatMap(([name, value]) => entriesOf(name, value));
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const header: Record<string, unknown>[] = [];
  if (options.metadata !== undefined) header.push({ [METADATA]: texts("metadata", options.metadata) });
  let end = 0;
  entries.forEach(([name, { data, shape }], i) => {
    if (name === METADATA) throw new RangeError(`"tensors" expected other names than ${METADATA}`);
    if (i > 0 && entries[i - 1][0] === name) {
      throw new RangeError(`"tensors" expected each name once, got ${check.show(name)} twice`);
    }
    header.push({ [name]: { dtype: "F32", shape, data_offsets: [end, end + 4 * data.length] } });
    end += 4 * data.length;
  });
  const text = new TextEncoder().encode(`{${header.map((part) => JSON.stringify(part).slice(1, -1)).join()}}`);
  // the elements start at a multiple of 8
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MOST_HEADER) throw new RangeError(`"tensors" expected a header of at most ${MOST_HEADER} bytes`);
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a safetensors file, as copies: F32 and, as the nearest float32, F64, F16 and BF16. Every part of the
 * header is checked against the file. Throws TypeError where the header has a wrong kind, RangeError for a wrong
 * value, for what another dtype has, and for a file that is cut or longer than its header says.
 *
 * @example
 * const head = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const bytes = saveSafetensors({ head });
 * Object.keys(loadSafetensors(bytes)); // 'head.bias', 'head.weight'
 * head.loadStateDict(loadSafetensors(bytes, { prefix: "head." }));
 */
export function loadSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadSafetensorsOptions = {},
): Record<string, StateEntry> {
  const file = bytesOf(bytes);
  check.options("options", options, ["prefix"]);
  const { prefix = "" } = options;
  if (typeof prefix !== "string") throw new TypeError(`"prefix" expected a string, got ${check.show(prefix)}`);
  const { extents } = checkedHeader(file);
  const wanted = extents.filter(({ name }) => name.startsWith(prefix));
  // not by assignment, which takes __proto__ for something else
  return Object.fromEntries(
    wanted.map((extent) => [extent.name.slice(prefix.length), { data: read(file, extent), shape: extent.shape }]),
  );
}

/**
 * The texts that a safetensors file holds beside its tensors. Throws as loadSafetensors.
 *
 * @example
 * const bytes = saveSafetensors({}, { metadata: { epoch: "3" } });
 * safetensorsMetadata(bytes).epoch; // 3
 */
export function safetensorsMetadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  return checkedHeader(bytesOf(bytes)).metadata;
}

function entriesOf(name: string, value: unknown): [name: string, entry: StateEntry][] {
  // not by its class, whose code a bundle that only saves arrays would have
  if (typeof value === "object" && value !== null && "params" in value) {
    return Object.entries((value as Layer).params).flatMap(([key, entry]) => entriesOf(`${name}.${key}`, entry));
  }
  if (kindOf(value) === "Float32Array") {
    const data = check.float32Array(`tensors.${name}`, value);
    return [[name, { data, shape: [data.length] }]];
  }
  if (typeof value !== "object" || value === null || !("shape" in value) || !("data" in value)) {
    throw new TypeError(
      `"tensors.${name}" expected a layer, Float32Array or data with a shape, got ${check.show(value)}`,
    );
  }
  const shape = check.shapeOf(`tensors.${name}.shape`, value.shape);
  const data = check.float32Array(`tensors.${name}.data`, value.data);
  return [[name, { data: check.lengthOf(`tensors.${name}.data`, data, check.product(shape)), shape }]];
}

function bytesOf(bytes: unknown): Uint8Array {
  // a Buffer's slice() is no copy
  if (kindOf(bytes) === "Uint8Array") {
    const { buffer, byteOffset, byteLength } = bytes as Uint8Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  if (isArrayBuffer(bytes)) return new Uint8Array(bytes);
  throw new TypeError(`"bytes" expected Uint8Array or ArrayBuffer, got ${check.show(bytes)}`);
}

/** A copy of the elements, which lie at any byte. */
function read(file: Uint8Array, { begin, end, dtype }: Extent): Float32Array {
  const { buffer } = file.slice(begin, end);
  if (dtype === "F32") return new Float32Array(buffer);
  if (dtype === "F64") return Float32Array.from(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  if (dtype === "F16") return Float32Array.from(halves, half);
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1024 + mantissa) * 2 ** (exponent - 25) : mantissa * 2 ** -24);
}
