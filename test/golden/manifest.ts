// Cases of the format golden/1 (data/README.md): a manifest in JSON, the tensors of its cases in one blob.
export interface GoldenTensor {
  shape: readonly number[];
  data: Float32Array | Float64Array | Int32Array;
}

export interface GoldenOutput {
  /** The truth in float64. */
  ref: GoldenTensor;
  /** PyTorch's own float32, where it is kept. */
  f32?: GoldenTensor;
  /** The error of PyTorch's float32; `abs` is missing where nothing is finite. */
  torch32?: { mismatch: number; abs?: number };
}

export interface GoldenCase {
  name: string;
  attrs: Record<string, unknown>;
  inputs: Record<string, GoldenTensor>;
  outputs: Record<string, GoldenOutput>;
  /** The weights of the inputs in other layouts. */
  converted: Record<string, GoldenTensor>;
  tags: readonly string[];
}

export interface Manifest {
  op: string;
  cases: readonly GoldenCase[];
}

/** A directory or a manifest that cannot be read; the message names it. */
export class GoldenError extends Error {}

const FORMAT = "golden/1";
const TYPES = { f32: Float32Array, f64: Float64Array, i32: Int32Array };

interface Ref {
  d: keyof typeof TYPES;
  s: number[];
  o: number;
}

interface RawCase {
  name: string;
  attrs?: Record<string, unknown>;
  inputs: Record<string, Ref>;
  outputs: Record<string, { ref: Ref; f32?: Ref; torch32?: GoldenOutput["torch32"] }>;
  converted?: Record<string, Ref>;
  tags?: string[];
}

/** The cases of a manifest, with what reads its blob. Throws GoldenError where it is not of this format. */
export function parse(text: string): { blob: string; decode: (bytes: ArrayBuffer) => Manifest } {
  const raw = JSON.parse(text);
  if (raw?.format !== FORMAT) {
    throw new GoldenError(`expected format ${JSON.stringify(FORMAT)}, got ${JSON.stringify(raw?.format)}`);
  }
  return {
    blob: raw.blob,
    decode: (bytes) => ({ op: raw.op, cases: raw.cases.map((c: RawCase) => decode(c, bytes)) }),
  };
}

function decode(
  { name, attrs = {}, inputs, outputs, converted = {}, tags = [] }: RawCase,
  bytes: ArrayBuffer,
): GoldenCase {
  const at = (what: string, ref: Ref): GoldenTensor => tensor(`${name}, ${what}`, ref, bytes);
  const output = (key: string, { ref, f32, torch32 }: RawCase["outputs"][string]): GoldenOutput => ({
    ref: at(`${key}.ref`, ref),
    f32: f32 && at(`${key}.f32`, f32),
    torch32,
  });
  return {
    name,
    attrs,
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, ref]) => [key, at(key, ref)])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([key, out]) => [key, output(key, out)])),
    converted: Object.fromEntries(Object.entries(converted).map(([key, ref]) => [key, at(`converted.${key}`, ref)])),
    tags,
  };
}

/** The tensor of a reference, without a copy: offsets are multiples of 8. */
function tensor(what: string, { d, s, o }: Ref, bytes: ArrayBuffer): GoldenTensor {
  const type = TYPES[d];
  if (!type) throw new GoldenError(`${what}: unknown element type ${JSON.stringify(d)}`);
  const whole = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(s) || !s.every(whole) || !whole(o) || o % 8) {
    throw new GoldenError(`${what}: expected whole sizes and an offset by 8, got [${s}] at ${o}`);
  }
  const length = s.reduce((n, size) => n * size, 1);
  if (o + length * type.BYTES_PER_ELEMENT > bytes.byteLength) {
    throw new GoldenError(`${what}: [${s}] at ${o} ends after the blob of ${bytes.byteLength} bytes`);
  }
  return { shape: s, data: new type(bytes, o, length) };
}
