// JSON from the left, one value after the other: what is wrong is found before anything behind it has been looked at, and a
// reader that knows what it wants keeps nothing else.

/** As deep as the reference implementation reads. */
const DEEPEST = 128;

export class JsonReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character that comes next, spaces left out; "" at the end. */
  next(): string {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++this.at);
    return text.charAt(this.at);
  }

  /** An object, whose values `read` reads. Throws RangeError for a name that is there twice. */
  object<T>(read: (name: string) => T): Map<string, T> {
    const values = new Map<string, T>();
    this.take("{");
    if (!this.skip("}")) {
      do {
        const name = this.string();
        if (values.has(name)) throw new RangeError(`"header" expected each name once, got ${brief(name)} twice`);
        this.take(":");
        values.set(name, read(name));
      } while (this.skip(","));
      this.take("}");
    }
    return values;
  }

  /** An array, whose elements `read` reads. */
  array<T>(read: (index: number) => T): T[] {
    const values: T[] = [];
    this.take("[");
    if (!this.skip("]")) {
      do values.push(read(values.length));
      while (this.skip(","));
      this.take("]");
    }
    return values;
  }

  string(): string {
    this.take('"');
    const { text, at: start } = this;
    let escaped = false;
    let end = start;
    for (let code = text.charCodeAt(end); code !== 0x22; code = text.charCodeAt(++end)) {
      if (code === 0x5c) {
        escaped = true;
        end++;
      }
      // NaN behind the end
      if (!(code >= 0x20)) this.fail("a string that ends");
    }
    this.at = end + 1;
    return escaped ? (this.parsed(start - 1, "a string with proper escapes") as string) : text.slice(start, end);
  }

  /** A whole number without a sign, of up to fifteen digits or so; undefined, and nothing is read, where it is something else. */
  digits(): number | undefined {
    this.next();
    const { text, at: start } = this;
    let end = start;
    let value = 0;
    for (let digit = text.charCodeAt(end) - 48; digit >= 0 && digit < 10; digit = text.charCodeAt(++end) - 48) {
      value = 10 * value + digit;
    }
    const plain = end > start && !/[.eE]/.test(text.charAt(end)) && (end === start + 1 || text.charAt(start) !== "0");
    if (!plain || value > Number.MAX_SAFE_INTEGER) return undefined;
    this.at = end;
    return value;
  }

  /** Any value. */
  value(depth = 0): unknown {
    const next = this.next();
    if (depth > DEEPEST) this.fail(`at most ${DEEPEST} values in one another`);
    if (next === "{") return this.object(() => this.value(depth + 1));
    if (next === "[") return this.array(() => this.value(depth + 1));
    if (next === '"') return this.string();
    const start = this.at;
    while (/[-+.\w]/.test(this.text.charAt(this.at))) this.at++;
    return this.parsed(start, "a value");
  }

  /** Throws RangeError where there is anything but spaces. */
  end(): void {
    if (this.next() !== "") this.fail("the end");
  }

  /** What comes next, as messages show it. */
  shown(): string {
    const next = this.next();
    if (next === "[" || next === "{") return next === "[" ? "an array" : "an object";
    const start = this.at;
    this.value();
    return short(this.text.slice(start, this.at));
  }

  private skip(character: string): boolean {
    const found = this.next() === character;
    if (found) this.at++;
    return found;
  }

  private take(character: string): void {
    if (!this.skip(character)) this.fail(character);
  }

  /** What stands from `start` to here, as JSON.parse() reads it. */
  private parsed(start: number, expected: string): unknown {
    try {
      return JSON.parse(this.text.slice(start, this.at));
    } catch {
      this.at = start;
      return this.fail(expected);
    }
  }

  private fail(expected: string): never {
    const got = this.text.charAt(this.at);
    throw new RangeError(
      `"header" expected JSON with ${expected} at ${this.at}, got ${got === "" ? "its end" : JSON.stringify(got)}`,
    );
  }
}

/** A name in a message, which a file can make as long as it likes. */
export const brief = (name: string): string => JSON.stringify(short(name));

export const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);
