// The header of a safetensors file, checked against the file: nothing of it is believed.
import * as check from "../check.js";

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

/** Bytes of an element that can be read. */
const WIDTHS: Readonly<Record<string, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2 };

/** The extents of all tensors, in the order of the file, and the metadata. */
export function checkedHeader(file: Uint8Array): { extents: Extent[]; metadata: Record<string, string> } {
  if (file.length < 8) throw new RangeError(`"bytes" expected at least 8 bytes, got ${file.length}`);
  const view = new DataView(file.buffer, file.byteOffset, 8);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > MOST_HEADER) throw new RangeError(`"header" expected at most ${MOST_HEADER} bytes, got ${length}`);
  const start = 8 + length;
  if (start > file.length) throw new RangeError(`"bytes" expected a header of ${length} bytes, got ${file.length - 8}`);
  const header = parse(file.subarray(8, start));
  const { [METADATA]: metadata = {}, ...tensors } = header;
  const extents = Object.entries(tensors).map(([name, value]) => extentOf(name, value, start));
  extents.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = start;
  for (const { name, begin, end } of extents) {
    if (begin !== at) {
      const got = `[${begin - start}, ${end - start}]`;
      throw new RangeError(`"header.${name}.data_offsets" expected to start at ${at - start}, got ${got}`);
    }
    at = end;
  }
  if (at !== file.length) throw new RangeError(`"bytes" expected ${at} bytes by its header, got ${file.length}`);
  return { extents, metadata: texts(`header.${METADATA}`, metadata) };
}

/** The header as an object. Names are read one by one: V8 of Node 24 and 26 takes one with an escape for another one. */
function parse(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`"header" expected JSON, got ${(error as Error).message}`, { cause: error });
  }
  if (!text.startsWith("{")) throw new TypeError(`"header" expected an object, got ${check.show(header)}`);
  const names: string[] = [];
  const numbered = text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g, (all, token: string, colon?: string) =>
    colon ? `"${names.push(JSON.parse(token)) - 1}":` : all,
  );
  return named(JSON.parse(numbered), names) as Record<string, unknown>;
}

/** Numbers of names replaced by the names. Throws RangeError where an object has one twice: JSON.parse takes the last. */
function named(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const known = new Set<string>();
  const entries = Object.entries(value).map(([number, inner]) => {
    const name = names[Number(number)];
    if (known.has(name)) throw new RangeError(`"header" expected each name once, got ${check.show(name)} twice`);
    known.add(name);
    return [name, named(inner, names)];
  });
  return Object.fromEntries(entries);
}

function extentOf(name: string, value: unknown, start: number): Extent {
  const what = `header.${name}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`"${what}" expected an object, got ${check.show(value)}`);
  }
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const width = WIDTHS[check.oneOf(`${what}.dtype`, dtype, Object.keys(WIDTHS))];
  let size = width;
  for (const axis of sizes(`${what}.shape`, shape)) size = check.integer(`${what}.shape`, size * axis, 0, MOST);
  const [begin, end] = check.lengthOf(`${what}.data_offsets`, sizes(`${what}.data_offsets`, offsets), 2);
  if (end - begin !== size) {
    const got = `[${begin}, ${end}] of ${end - begin} bytes`;
    throw new RangeError(`"${what}.data_offsets" expected ${size} bytes for ${dtype} [${shape}], got ${got}`);
  }
  return { name, dtype: dtype as string, shape: shape as number[], begin: start + begin, end: start + end };
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Whole numbers, none negative. */
function sizes(name: string, value: unknown): number[] {
  if (!Array.isArray(value)) throw new TypeError(`"${name}" expected an array, got ${check.show(value)}`);
  for (const [i, size] of value.entries()) {
    check.integer(`${name}[${i}]`, size, 0, MOST);
    if (Object.is(size, -0)) throw new RangeError(`"${name}[${i}]" expected an integer from 0, got -0`);
  }
  return value;
}

/** An object of strings. */
export function texts(name: string, value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`"${name}" expected an object of strings, got ${check.show(value)}`);
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw new TypeError(`"${name}.${key}" expected a string, got ${check.show(text)}`);
  }
  return value as Record<string, string>;
}
