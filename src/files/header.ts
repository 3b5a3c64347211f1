// The header of a safetensors file, checked against the file: nothing of it is believed.
import * as check from "../check.js";
import { bitsOf } from "./dtypes.js";
import { BRACE, BRACKET, JsonReader, QUOTE, short } from "./json.js";
import { kindOfFile } from "./kinds.js";
import { decodeUtf8 } from "./utf8.js";

/** Where the elements of a tensor lie in the file. */
export interface Extent {
  name: string;
  dtype: string;
  shape: readonly number[];
  begin: number;
  end: number;
}

/** The name in the header that is no tensor. */
export const METADATA = "__metadata__";

/** Bytes; the reference implementation refuses more, too. */
export const MOST_HEADER = 100_000_000;

/** The extents of all tensors, in the order of the file, and the metadata. */
export function checkedHeader(file: Uint8Array): { extents: Extent[]; metadata: Record<string, string> } {
  const start = 8 + lengthOf(file);
  const json = new JsonReader(decodeUtf8(file.subarray(8, start)));
  if (start === 8 || file[8] !== BRACE) throw new TypeError(`"header" expected an object, got ${json.shown()}`);
  const extents: Extent[] = [];
  const names = new Set<string>();
  const metadata = new Map<string, string>();
  json.object((name) => {
    if (names.size === names.add(name).size) throw twice(name);
    if (name === METADATA) textsInto(json, metadata);
    else extents.push(extentIn(json, name, start));
  });
  json.end();
  extents.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = start;
  for (const { name, begin, end } of extents) {
    if (begin !== at) {
      const got = `[${begin - start}, ${end - start}]`;
      throw new RangeError(`${titleOf(name, ".data_offsets")} expected to start at ${at - start}, got ${got}`);
    }
    at = end;
  }
  if (at !== file.length) throw new RangeError(`"bytes" expected ${at} bytes by its header, got ${file.length}`);
  return { extents, metadata: Object.fromEntries(metadata) };
}

const twice = (name: string): RangeError =>
  new RangeError(`"header" expected each name once, got ${check.show(short(name))} twice`);

/** Bytes of the header. */
function lengthOf(file: Uint8Array): number {
  let length = Number.POSITIVE_INFINITY;
  if (file.length >= 8) {
    const view = new DataView(file.buffer, file.byteOffset, 8);
    length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  }
  const few = length <= MOST_HEADER;
  if (few && length <= file.length - 8) return length;
  if (file[8] !== BRACE) throw new RangeError(`"bytes" expected a safetensors file, got ${kindOfFile(file)}`);
  if (few) throw new RangeError(`"bytes" expected a header of ${length} bytes, got ${file.length - 8}`);
  throw new RangeError(`"header" expected at most ${MOST_HEADER} bytes, got ${length}`);
}

/** For messages. */
const titleOf = (name: string, field: string): string => `"header.${short(name)}${field}"`;

/** Throws TypeError where something else comes next than what starts with this character. */
function expectNext(json: JsonReader, code: number, expected: string, name: string, field = ""): void {
  if (json.next() !== code) {
    throw new TypeError(`${titleOf(name, field)} expected ${expected}, got ${json.shown()}`);
  }
}

function textsInto(json: JsonReader, texts: Map<string, string>): void {
  expectNext(json, BRACE, "an object of strings", METADATA);
  json.object((key) => {
    if (texts.has(key)) throw twice(key);
    expectNext(json, QUOTE, "a string", METADATA, `.${short(key)}`);
    texts.set(key, json.string());
  });
}

function extentIn(json: JsonReader, name: string, start: number): Extent {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  expectNext(json, BRACE, "an object", name);
  json.object((field) => {
    if (field === "dtype") {
      if (dtype !== undefined) throw twice(field);
      expectNext(json, QUOTE, "a string", name, ".dtype");
      dtype = json.string();
    } else if (field === "shape") {
      if (shape) throw twice(field);
      shape = sizesIn(json, name, ".shape");
    } else if (field === "data_offsets") {
      if (offsets) throw twice(field);
      offsets = sizesIn(json, name, ".data_offsets");
    } else {
      // another one, which the reference implementation takes as well
      json.value();
    }
  });
  return extentOf(name, start, dtype, shape, offsets);
}

function extentOf(name: string, start: number, dtype?: string, shape?: number[], offsets?: number[]): Extent {
  const missing = (field: string, expected: string) =>
    new TypeError(`${titleOf(name, field)} expected ${expected}, got undefined`);
  if (dtype === undefined) throw missing(".dtype", "a string");
  if (!shape) throw missing(".shape", "an array");
  if (!offsets) throw missing(".data_offsets", "an array");
  if (offsets.length !== 2) {
    throw new RangeError(`${titleOf(name, ".data_offsets")} expected length 2, got ${offsets.length}`);
  }
  const [begin, end] = offsets;
  const bits = bitsOf(dtype);
  let size = bits ?? 8;
  for (const axis of shape) {
    size *= axis;
    if (size > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`${titleOf(name, ".shape")} expected at most 2^53 bits, got ${short(`[${shape}]`)}`);
    }
  }
  // of a type that is not known nothing but the place can be checked
  if (end < begin || (bits !== undefined && 8 * (end - begin) !== size)) {
    const expected = bits === undefined ? "any bytes" : `${size / 8} bytes`;
    const got = `[${begin}, ${end}] of ${end - begin} bytes`;
    throw new RangeError(
      `${titleOf(name, ".data_offsets")} expected ${expected} for ${short(dtype)} ${short(`[${shape}]`)}, got ${got}`,
    );
  }
  return { name, dtype, shape, begin: start + begin, end: start + end };
}

/** Whole numbers, none negative. */
function sizesIn(json: JsonReader, name: string, field: string): number[] {
  expectNext(json, BRACKET, "an array", name, field);
  const sizes: number[] = [];
  json.array((i) => {
    const size = json.size();
    if (size < 0) {
      const kind = /[-\d]/.test(String.fromCharCode(json.next())) ? RangeError : TypeError;
      throw new kind(`${titleOf(name, `${field}[${i}]`)} expected an integer from 0, got ${json.shown()}`);
    }
    sizes.push(size);
  });
  return sizes;
}

/** A copy of an object of strings. */
export function texts(name: string, value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`"${name}" expected an object of strings, got ${check.show(value)}`);
  }
  const entries = Object.entries(value);
  for (const [key, text] of entries) {
    if (typeof text !== "string") throw new TypeError(`"${name}.${key}" expected a string, got ${check.show(text)}`);
  }
  return Object.fromEntries(entries);
}
