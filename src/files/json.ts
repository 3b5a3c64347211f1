// JSON from the left, one value after the other: what is wrong is found before anything behind it has been looked at, and a
// reader that knows what it wants keeps nothing else.

/** As deep as the reference implementation reads. */
const DEEPEST = 128;

// characters by their codes, which are some three times as fast as strings
export const QUOTE = 0x22;
export const BRACKET = 0x5b;
export const BRACE = 0x7b;

export class JsonReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character that comes next, spaces left out; NaN at the end. */
  next(): number {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++this.at);
    return code;
  }

  /** An object: `read` gets each name and reads the value. */
  object(read: (name: string) => void): void {
    this.take(BRACE);
    if (this.skip(0x7d)) return;
    do {
      const name = this.string();
      this.take(0x3a);
      read(name);
    } while (this.skip(0x2c));
    this.take(0x7d);
  }

  /** An array: `read` gets each index and reads the element. */
  array(read: (index: number) => void): void {
    this.take(BRACKET);
    if (this.skip(0x5d)) return;
    let i = 0;
    do read(i++);
    while (this.skip(0x2c));
    this.take(0x5d);
  }

  string(): string {
    this.take(QUOTE);
    const { text, at: start } = this;
    let escaped = false;
    let end = start;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(++end)) {
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

  /** A whole number from 0 to 2^53 - 1 of digits only; -1, and nothing is read, where something else comes. */
  size(): number {
    this.next();
    const { text, at: start } = this;
    let end = start;
    let value = 0;
    let code = text.charCodeAt(end);
    for (; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++end)) value = 10 * value + code - 0x30;
    const digits = end - start;
    const more = code === 0x2e || code === 0x45 || code === 0x65 || (digits > 1 && text.charCodeAt(start) === 0x30);
    if (digits === 0 || more || value > Number.MAX_SAFE_INTEGER) return -1;
    this.at = end;
    return value;
  }

  /** Any value, which is not kept. */
  value(depth = 0): void {
    const next = this.next();
    if (depth > DEEPEST) this.fail(`at most ${DEEPEST} values in one another`);
    const inner = () => this.value(depth + 1);
    if (next === BRACE) this.object(inner);
    else if (next === BRACKET) this.array(inner);
    else if (next === QUOTE) this.string();
    else {
      const start = this.at;
      while (/[-+.\w]/.test(this.text.charAt(this.at))) this.at++;
      this.parsed(start, "a value");
    }
  }

  /** Throws RangeError where there is anything but spaces. */
  end(): void {
    if (!Number.isNaN(this.next())) this.fail("its end");
  }

  /** What comes next, as messages show it. */
  shown(): string {
    const next = this.next();
    if (next === BRACKET || next === BRACE) return next === BRACE ? "an object" : "an array";
    const start = this.at;
    this.value();
    return short(this.text.slice(start, this.at));
  }

  private skip(code: number): boolean {
    const found = this.next() === code;
    if (found) this.at++;
    return found;
  }

  private take(code: number): void {
    if (!this.skip(code)) this.fail(String.fromCharCode(code));
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
    const got = this.at < this.text.length ? JSON.stringify(this.text.charAt(this.at)) : "its end";
    throw new RangeError(`"header" expected JSON with ${expected} at ${this.at}, got ${got}`);
  }
}

/** A name in a message, which a file can make as long as it likes. */
export const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);
