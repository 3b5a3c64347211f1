// UTF-8 by hand, as AudioWorklets need it, against the decoder and the encoder of Node.
import { expect, test } from "vitest";
import { decodeByHand, decodeUtf8, encodeUtf8 } from "../../src/files/utf8.js";
import { holds, RUNS } from "../support/property.js";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text, or the kind of the error. */
const outcome = (decode: (bytes: Uint8Array) => string, bytes: Uint8Array): string | undefined => {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
};

test("every code point, there and back, and beside its neighbours", () => {
  for (let code = 0; code < 0x110000; code += code < 0x3000 || (code > 0xd700 && code < 0x10100) ? 1 : 97) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = `a${String.fromCodePoint(code)}`;
    const bytes = encodeUtf8(text);
    if (Buffer.compare(bytes, Buffer.from(text)) !== 0 || decodeByHand(bytes) !== text) expect.fail(code.toString(16));
  }
  const last = String.fromCodePoint(0x10ffff);
  expect(decodeByHand(encodeUtf8(last))).toBe(last);
});

test("all sequences of three bytes that start above 0x7f, and some of four", () => {
  for (let a = 0x80; a < 256; a++) {
    for (let b = 0; b < 256; b += a > 0xdf ? 1 : 5) {
      for (const c of [0, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]) {
        for (const bytes of [
          Uint8Array.of(a),
          Uint8Array.of(a, b),
          Uint8Array.of(a, b, c),
          Uint8Array.of(a, b, c, 0xbf),
        ]) {
          const [got, want] = [decodeByHand, (x: Uint8Array) => strict.decode(x)].map((f) => outcome(f, bytes));
          if (got !== want) expect.fail(`${bytes}: ${got} and ${want}`);
        }
      }
    }
  }
});

holds(
  "any bytes are read as by TextDecoder, or refused by both",
  (draw) => {
    const random = draw.random();
    const text = Array.from({ length: draw.size(40) }, () => draw.pick(["a", "é", "€", "🔑", "\ufeff", "\0"])).join("");
    const bytes = Uint8Array.from(Buffer.from(text));
    if (bytes.length && draw.flag()) bytes[random.below(bytes.length)] = random.below(256);
    const cut = bytes.subarray(0, draw.flag() ? bytes.length : random.below(bytes.length + 1));
    expect(outcome(decodeByHand, cut)).toBe(outcome((x) => strict.decode(x), cut));
    expect(outcome(decodeUtf8, cut)).toBe(outcome((x) => strict.decode(x), cut));
  },
  10 * RUNS,
);

test("texts longer than a chunk, with pairs across its end", () => {
  for (let before = 4090; before < 4100; before++) {
    const text = "a".repeat(before) + "🔑é€".repeat(3000);
    const bytes = encodeUtf8(text);
    expect(Buffer.compare(bytes, Buffer.from(text))).toBe(0);
    expect(decodeByHand(bytes) === text).toBe(true);
  }
});

test("memory that is shared is read by hand", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  shared.set(Buffer.from("a€".slice(1)));
  expect(decodeUtf8(shared)).toBe("€");
});
