// Tensors in files of the format safetensors (https://github.com/huggingface/safetensors): eight bytes with the length of the
// header, little-endian; the header, a JSON object; the elements.
import { isArrayBuffer, kindOf } from "../arrays.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { StateEntry } from "../layers/parameters.js";
import { bitsOf, converted, dtypeOf, type Elements, stored } from "./dtypes.js";
import { checkedHeader, type Extent, METADATA, MOST_HEADER, texts } from "./header.js";
import { encodeUtf8 } from "./utf8.js";

/** What is saved under a name: a layer, whose parameters get the name and a dot in front, a tensor, a parameter, an array. */
export type Savable = Layer | Elements | { readonly data: Elements; readonly shape: readonly number[] };

/** Options of saveSafetensors(). */
export interface SaveSafetensorsOptions {
  /** Any texts by name. */
  metadata?: Readonly<Record<string, string>>;
}

/** Options of loadSafetensors(). */
export interface LoadSafetensorsOptions {
  /** Only the tensors whose names start with this, which is cut off: "lstm." for lstm.loadStateDict(). Default: all. */
  prefix?: string;
  /**
   * Whether every tensor becomes a Float32Array, each element the nearest float32. With false each becomes the array that
   * fits its dtype: I64 a BigInt64Array, BOOL a Uint8Array. Default true.
   */
  convert?: boolean;
}

/** What a safetensors file says of a tensor. */
export interface SafetensorsEntry {
  /** The type of the elements by its name in the format: "F32", "I64", "BOOL". */
  dtype: string;
  /** The size of each axis; [] for a single number. */
  shape: readonly number[];
}

/** A tensor of a safetensors file in the array that fits its dtype. */
export interface StoredTensor extends SafetensorsEntry {
  /**
   * The elements, row by row. F16, BF16 and F8 are a Float32Array, which has all their numbers; what no array fits (F4, F6,
   * C64) is a Uint8Array of the bytes in the file.
   */
  data: Elements;
}

/**
 * The bytes of a safetensors file of these tensors: those that the reference implementation writes. Float32Arrays become
 * F32, a Float64Array becomes F64, a BigInt64Array I64, a Uint8Array U8, and so on. Layers and state dicts, as { lstm, head }
 * or lstm.stateDict(). Throws TypeError for a wrong kind, RangeError for a name that is given twice, Error for a disposed
 * layer or tensor.
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
  const { metadata } = options;
  const parts: object[] = metadata === undefined ? [] : [{ [METADATA]: texts("metadata", metadata) }];
  // getters of what is given run before anything is measured
  const given = Object.entries(tensors).flatMap(([name, value]) => givenOf(name, value));
  const entries = given.map(entryOf).sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1));
  const names = new Set([METADATA]);
  let end = 0;
  for (const { name, dtype, shape, bytes } of entries) {
    if (name === METADATA) throw new RangeError(`"tensors" expected other names than ${METADATA}`);
    if (names.has(name)) throw new RangeError(`"tensors" expected each name once, got ${check.show(name)} twice`);
    names.add(name);
    parts.push({ [name]: { dtype, shape, data_offsets: [end, end + bytes.length] } });
    end += bytes.length;
  }
  const text = encodeUtf8(`{${parts.map((part) => JSON.stringify(part).slice(1, -1)).join()}}`);
  // the elements start at a multiple of 8
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MOST_HEADER) throw new RangeError(`"tensors" expected a header of at most ${MOST_HEADER} bytes`);
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setUint32(0, length, true);
  file.set(text, 8);
  let at = 8 + length;
  for (const { bytes } of entries) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * The tensors of a safetensors file, as copies: Float32Arrays with the nearest float32 of each element, or with `convert:
 * false` the arrays that fit. Every part of the header is checked against the file. Throws TypeError where the header has
 * a wrong kind, RangeError for a wrong value, for a file of another format and for one that is cut or longer than its header
 * says, and for a tensor of a dtype that has no float32 (F4, F6, C64), unless `prefix` leaves it out.
 *
 * @example
 * const head = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const bytes = saveSafetensors({ head, ids: BigInt64Array.of(3n) });
 * Object.keys(loadSafetensors(bytes)); // 'ids', 'head.bias', 'head.weight'
 * head.loadStateDict(loadSafetensors(bytes, { prefix: "head." }));
 * loadSafetensors(bytes, { convert: false }).ids.data[0]; // 3n
 */
export function loadSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadSafetensorsOptions & { convert: false },
): Record<string, StoredTensor>;
export function loadSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options?: LoadSafetensorsOptions & { convert?: true },
): Record<string, StateEntry>;
export function loadSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadSafetensorsOptions = {},
): Record<string, StateEntry | StoredTensor> {
  check.options("options", options, ["prefix", "convert"]);
  const { prefix = "", convert = true } = options;
  if (typeof prefix !== "string") throw new TypeError(`"prefix" expected a string, got ${check.show(prefix)}`);
  check.boolean("convert", convert);
  const file = fileOf(bytes);
  const wanted = checkedHeader(file).extents.filter(({ name }) => name.startsWith(prefix));
  const read = convert ? floatsOf : storedOf;
  // not by assignment, which takes __proto__ for something else
  return Object.fromEntries(wanted.map((extent) => [extent.name.slice(prefix.length), read(file, extent)]));
}

/**
 * The dtype and the shape of every tensor of a safetensors file, by name, in the order of the file. Throws as
 * loadSafetensors, but for no dtype.
 *
 * @example
 * const bytes = saveSafetensors({ ids: BigInt64Array.of(3n, 4n) });
 * listSafetensors(bytes).ids; // { dtype: 'I64', shape: [ 2 ] }
 */
export function listSafetensors(bytes: Uint8Array | ArrayBuffer): Record<string, SafetensorsEntry> {
  const { extents } = checkedHeader(fileOf(bytes));
  return Object.fromEntries(extents.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
}

/**
 * The texts that a safetensors file holds beside its tensors. Throws as loadSafetensors.
 *
 * @example
 * const bytes = saveSafetensors({}, { metadata: { epoch: "3" } });
 * safetensorsMetadata(bytes).epoch; // 3
 */
export function safetensorsMetadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  return checkedHeader(fileOf(bytes)).metadata;
}

interface Given {
  name: string;
  title: string;
  data: unknown;
  shape?: readonly number[];
}

function givenOf(name: string, value: unknown): Given[] {
  // not by its class, whose code a bundle that only saves arrays would have
  if (typeof value === "object" && value !== null && "params" in value) {
    return Object.entries((value as Layer).params).flatMap(([key, entry]) => givenOf(`${name}.${key}`, entry));
  }
  const title = `tensors.${name}`;
  if (kindOf(value)) return [{ name, title, data: value }];
  if (typeof value !== "object" || value === null || !("shape" in value) || !("data" in value)) {
    throw new TypeError(`"${title}" expected a layer, a typed array or data with a shape, got ${check.show(value)}`);
  }
  const shape = [...check.shapeOf(`${title}.shape`, value.shape)];
  return [{ name, title: `${title}.data`, data: value.data, shape }];
}

function entryOf({ name, title, data, shape }: Given) {
  const type = dtypeOf(data);
  if (!type) throw new TypeError(`"${title}" expected an array that a dtype fits, got ${check.show(data)}`);
  const bytes = check.bytes(title, data);
  const length = (8 * bytes.length) / (bitsOf(type.dtype) as number);
  if (shape && check.product(shape) !== length) {
    throw new RangeError(`"${title}" expected length ${check.product(shape)}, got ${length}`);
  }
  return { name, ...type, shape: shape ?? [length], bytes };
}

function fileOf(bytes: unknown): Uint8Array {
  if (kindOf(bytes) === "Uint8Array") return check.bytes("bytes", bytes);
  if (isArrayBuffer(bytes)) return new Uint8Array(bytes);
  throw new TypeError(`"bytes" expected Uint8Array or ArrayBuffer, got ${check.show(bytes)}`);
}

// slice() copies: the elements lie at any byte
const storedOf = (file: Uint8Array, { begin, end, dtype, shape }: Extent): StoredTensor => {
  return { dtype, data: stored(file.slice(begin, end) as Uint8Array<ArrayBuffer>, dtype), shape };
};

function floatsOf(file: Uint8Array, { name, begin, end, dtype, shape }: Extent): StateEntry {
  const data = converted(file.slice(begin, end) as Uint8Array<ArrayBuffer>, dtype);
  if (data) return { data, shape };
  const remedy = "leave it out by a prefix, or pass { convert: false } for its bytes";
  throw new RangeError(`"header.${name}.dtype" expected one with float32 numbers, got ${check.show(dtype)}: ${remedy}`);
}
