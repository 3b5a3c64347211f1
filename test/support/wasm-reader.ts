// Reads what a WebAssembly binary declares: signatures, imports, exports, globals, data. Not the code, so that it reads
// binaries that this engine cannot compile too.

export type Kind = "function" | "table" | "memory" | "global";

interface Signature {
  readonly parameters: string[];
  readonly results: string[];
}

interface Declarations {
  readonly imports: { module: string; name: string; kind: Kind }[];
  /** The signature where the export is a function. */
  readonly exports: { name: string; kind: Kind; signature?: Signature }[];
  /** Its own, without the imported ones; likewise tables and memories. */
  readonly globals: { type: string; mutable: boolean }[];
  readonly tables: number;
  readonly memories: number;
  readonly start: boolean;
  /** offset is NaN where it is not a plain constant. */
  readonly data: { offset: number; length: number }[];
}

const KINDS: Kind[] = ["function", "table", "memory", "global"];
const TYPES = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [0x70, "funcref"],
  [0x6f, "externref"],
]);

export function readWasm(bytes: Uint8Array): Declarations {
  const reader = new Reader(bytes);
  const sections = new Map<number, Reader>();
  if (reader.u32le() !== 0x6d736100 || reader.u32le() !== 1) throw new Error("not a WebAssembly module, version 1");
  while (!reader.done) {
    const id = reader.byte();
    const body = reader.take(reader.leb());
    // custom sections (id 0) may repeat, the others may not
    if (id !== 0) sections.set(id, new Reader(body));
  }
  const vector = <T>(id: number, item: (r: Reader) => T): T[] => {
    const section = sections.get(id);
    const items = section?.vector(item) ?? [];
    if (section && !section.done) throw new Error(`section ${id} is longer than its items`);
    return items;
  };

  const types = vector(1, (r): Signature => {
    if (r.byte() !== 0x60) throw new Error("a type that is not a function");
    return { parameters: r.vector(valueType), results: r.vector(valueType) };
  });
  const imported: number[] = [];
  const imports = vector(2, (r) => {
    const [module, name, kind] = [r.name(), r.name(), kindOf(r)];
    if (kind === "function") imported.push(r.leb());
    else if (kind === "global") globalType(r);
    else {
      if (kind === "table") valueType(r);
      limits(r);
    }
    return { module, name, kind };
  });
  const functions = [...imported, ...vector(3, (r) => r.leb())];
  const globals = vector(6, (r) => {
    const type = globalType(r);
    constant(r);
    return type;
  });
  const exports = vector(7, (r) => {
    const [name, kind, index] = [r.name(), kindOf(r), r.leb()];
    return kind === "function" ? { name, kind, signature: types[functions[index]] } : { name, kind };
  });
  const data = vector(11, (r) => {
    const flags = r.leb();
    if (flags === 2) r.leb();
    const offset = flags === 1 ? Number.NaN : constant(r);
    return { offset, length: r.take(r.leb()).length };
  });
  const [tables, memories] = [4, 5].map((id) => sections.get(id)?.leb() ?? 0);
  return { imports, exports, globals, tables, memories, start: sections.has(8), data };
}

function kindOf(r: Reader): Kind {
  const kind = KINDS[r.byte()];
  if (kind === undefined) throw new Error("an unknown kind of import or export");
  return kind;
}

function valueType(r: Reader): string {
  const code = r.byte();
  const type = TYPES.get(code);
  if (type === undefined) throw new Error(`an unknown type, 0x${code.toString(16)}`);
  return type;
}

function globalType(r: Reader): { type: string; mutable: boolean } {
  return { type: valueType(r), mutable: r.byte() === 1 };
}

function limits(r: Reader): void {
  const hasMaximum = r.byte() & 1;
  r.leb();
  if (hasMaximum) r.leb();
}

/** The value of an i32.const, NaN for any other constant expression. */
function constant(r: Reader): number {
  let value = Number.NaN;
  const op = r.byte();
  if (op === 0x41) value = r.leb(true);
  else if (op === 0x42) r.leb(true);
  else if (op === 0x43) r.take(4);
  else if (op === 0x44) r.take(8);
  else if (op === 0x23 || op === 0xd2) r.leb();
  else if (op === 0xd0) r.byte();
  else if (op === 0xfd && r.leb() === 12) r.take(16);
  else throw new Error(`an unknown constant expression, 0x${op.toString(16)}`);
  if (r.byte() !== 0x0b) throw new Error("a constant expression of more than one instruction");
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  take(n: number): Uint8Array {
    if (this.at + n > this.bytes.length) throw new Error("the binary ends too early");
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }

  byte(): number {
    return this.take(1)[0];
  }

  u32le(): number {
    return this.take(4).reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
  }

  /** LEB128: seven bits a byte, the lowest first. In a number, so that 64-bit constants are passed over too. */
  leb(signed = false): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return signed && byte >= 64 ? value - 128 * scale : value;
    }
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.leb()));
  }

  vector<T>(item: (r: Reader) => T): T[] {
    return Array.from({ length: this.leb() }, () => item(this));
  }
}
