// Safetensors files of every type of elements: listed, read into the array that fits and as float32, written.
import { describe, expect, test } from "vitest";
import {
  type Elements,
  listSafetensors,
  loadSafetensors,
  safetensorsMetadata,
  saveSafetensors,
} from "../../src/index.js";
import { thrownBy } from "../support/refused.js";

/** A file of each dtype that save() of the Python package safetensors 0.8.0 knows, with the metadata { format: "pt" }. */
const ALL = new Uint8Array(
  Buffer.from(
    "SAUAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJ4LnVpbnQ2NCI6eyJkdHlwZSI6IlU2NCIsInNoYXBlIjpbMl0sImRh" +
      "dGFfb2Zmc2V0cyI6WzAsMTZdfSwieC5pbnQ2NCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzE2LDQwXX0s" +
      "InguZmxvYXQ2NCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzQwLDQ4XX0sInguY29tcGxleDY0Ijp7ImR0" +
      "eXBlIjoiQzY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNDgsNTZdfSwieC5mbG9hdDMyIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUi" +
      "OlsxXSwiZGF0YV9vZmZzZXRzIjpbNTYsNjBdfSwieC51aW50MzIiOnsiZHR5cGUiOiJVMzIiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMi" +
      "Ols2MCw2NF19LCJ4LmludDMyIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNjQsNzJdfSwieC5iZmxvYXQx" +
      "NiI6eyJkdHlwZSI6IkJGMTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls3Miw3NF19LCJ4LmZsb2F0MTYiOnsiZHR5cGUiOiJGMTYi" +
      "LCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls3NCw3Nl19LCJ4LnVpbnQxNiI6eyJkdHlwZSI6IlUxNiIsInNoYXBlIjpbMV0sImRhdGFf" +
      "b2Zmc2V0cyI6Wzc2LDc4XX0sInguaW50MTYiOnsiZHR5cGUiOiJJMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls3OCw4Ml19LCJ4" +
      "LmZsb2F0OF9lNW0yZm51eiI6eyJkdHlwZSI6IkY4X0U1TTJGTlVaIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbODIsODRdfSwieC5m" +
      "bG9hdDhfZTRtM2ZudXoiOnsiZHR5cGUiOiJGOF9FNE0zRk5VWiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6Wzg0LDg2XX0sInguZmxv" +
      "YXQ4X2U4bTBmbnUiOnsiZHR5cGUiOiJGOF9FOE0wIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbODYsODhdfSwieC5mbG9hdDhfZTRt" +
      "M2ZuIjp7ImR0eXBlIjoiRjhfRTRNMyIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6Wzg4LDkwXX0sInguZmxvYXQ4X2U1bTIiOnsiZHR5" +
      "cGUiOiJGOF9FNU0yIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbOTAsOTJdfSwieC5pbnQ4Ijp7ImR0eXBlIjoiSTgiLCJzaGFwZSI6" +
      "WzJdLCJkYXRhX29mZnNldHMiOls5Miw5NF19LCJ4LnVpbnQ4Ijp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls5" +
      "NCw5Nl19LCJ4LmZsb2F0NF9lMm0xZm5feDIiOnsiZHR5cGUiOiJGNCIsInNoYXBlIjpbNF0sImRhdGFfb2Zmc2V0cyI6Wzk2LDk4XX0sIngu" +
      "Ym9vbCI6eyJkdHlwZSI6IkJPT0wiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls5OCwxMDBdfX0gICAgIP//////////AwAAAAAAAAAA" +
      "AAAAAAAAgP////////9/+/////////+amZmZmZm5PwAAgD8AAABAAADgQP////8AAACA////fyDAAMH//wCA/39A/0D/fwA4/jz7gH8A/yFD" +
      "AQA=",
    "base64",
  ),
);

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

/** Name, dtype, shape, what fits, what float32 has of it. */
const ROWS: [name: string, dtype: string, shape: number[], data: Elements, floats?: number[]][] = [
  ["uint64", "U64", [2], BigUint64Array.of(2n ** 64n - 1n, 3n), [2 ** 64, 3]],
  ["int64", "I64", [3], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, -5n), [-(2 ** 63), 2 ** 63, -5]],
  ["float64", "F64", [1], Float64Array.of(0.1), [Math.fround(0.1)]],
  ["complex64", "C64", [1], new Uint8Array(Float32Array.of(1, 2).buffer)],
  ["float32", "F32", [1], Float32Array.of(7), [7]],
  ["uint32", "U32", [1], Uint32Array.of(2 ** 32 - 1), [2 ** 32]],
  ["int32", "I32", [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1), [-(2 ** 31), 2 ** 31]],
  ["bfloat16", "BF16", [1], Float32Array.of(-2.5), [-2.5]],
  ["float16", "F16", [1], Float32Array.of(-2.5), [-2.5]],
  ["uint16", "U16", [1], Uint16Array.of(65535), [65535]],
  ["int16", "I16", [2], Int16Array.of(-32768, 32767), [-32768, 32767]],
  ["float8_e5m2fnuz", "F8_E5M2FNUZ", [2], Float32Array.of(1, -57344), [1, -57344]],
  ["float8_e4m3fnuz", "F8_E4M3FNUZ", [2], Float32Array.of(1, -240), [1, -240]],
  ["float8_e8m0fnu", "F8_E8M0", [2], Float32Array.of(1, 2 ** -127), [1, 2 ** -127]],
  ["float8_e4m3fn", "F8_E4M3", [2], Float32Array.of(1, -448), [1, -448]],
  ["float8_e5m2", "F8_E5M2", [2], Float32Array.of(1, -57344), [1, -57344]],
  ["int8", "I8", [2], Int8Array.of(-128, 127), [-128, 127]],
  ["uint8", "U8", [2], Uint8Array.of(0, 255), [0, 255]],
  ["float4_e2m1fn_x2", "F4", [4], Uint8Array.of(0x21, 0x43)],
  ["bool", "BOOL", [2], Uint8Array.of(1, 0), [1, 0]],
];

/** A file with one tensor x. */
function file(dtype: string, shape: number[], data: Uint8Array): Uint8Array {
  const header = JSON.stringify({ x: { dtype, shape, data_offsets: [0, data.length] } });
  const bytes = new Uint8Array(8 + header.length + data.length);
  bytes[0] = header.length;
  bytes.set(new TextEncoder().encode(header), 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

describe("a file of the reference implementation with every dtype", () => {
  test("is listed in its order, with metadata", () => {
    expect(Object.entries(listSafetensors(ALL))).toEqual(
      ROWS.map(([name, dtype, shape]) => [`x.${name}`, { dtype, shape }]),
    );
    expect(safetensorsMetadata(ALL)).toEqual({ format: "pt" });
  });

  test.each(ROWS)(
    "%s fits into an array, and is read as float32 where it can be",
    (name, dtype, shape, data, floats) => {
      const prefix = `x.${name}`;
      expect(loadSafetensors(ALL, { prefix, convert: false })[""]).toEqual({ dtype, shape, data });
      if (floats) expect(loadSafetensors(ALL, { prefix })[""]).toEqual({ shape, data: Float32Array.from(floats) });
      else
        expect(thrownBy(() => loadSafetensors(ALL, { prefix })).message).toContain(
          `.dtype" expected one with float32 numbers`,
        );
    },
  );

  test("everything fits into some array; as float32 it is refused for the first that has no numbers", () => {
    expect(Object.values(loadSafetensors(ALL, { convert: false })).map(({ data }) => data)).toEqual(
      ROWS.map(([, , , data]) => data),
    );
    const error = thrownBy(() => loadSafetensors(ALL));
    expect(error.constructor).toBe(RangeError);
    expect(error.message).toContain(`"header.x.complex64.dtype" expected one with float32 numbers, got "C64"`);
  });
});

test("arrays of every type are written in the order of the reference implementation, and come back", () => {
  const writable = ROWS.filter(([, dtype]) => !/^(F8|F4|C|BF|F16|BOOL)/.test(dtype));
  const tensors = Object.fromEntries(writable.map(([name, , shape, data]) => [name, { data, shape }]));
  const bytes = saveSafetensors(Object.fromEntries(Object.entries(tensors).reverse()));
  expect(Object.entries(loadSafetensors(bytes, { convert: false }))).toEqual(
    writable.map(([name, dtype, shape, data]) => [name, { dtype, shape, data }]),
  );
  expect(thrownBy(() => saveSafetensors({ x: new Uint8ClampedArray(2) as never })).message).toBe(
    `"tensors.x" expected an array that a dtype fits, got Uint8ClampedArray`,
  );
});

test("names given twice are refused whatever their types", () => {
  const both = { a: { params: { b: { data: Float32Array.of(1), shape: [1] } } }, "a.b": BigInt64Array.of(1n) };
  expect(thrownBy(() => saveSafetensors(both as never)).message).toContain(`got "a.b" twice`);
});

/** What IEEE 754 or the paper says of a byte, written down anew: by counting up from the smallest number. */
function byCounting(exponent: number, mantissa: number, bias: number): number[] {
  const values = [0];
  for (let step = 2 ** (1 - bias - mantissa), i = 1; i < 2 ** (exponent + mantissa); i++) {
    values.push(values[i - 1] + step);
    if (i % 2 ** mantissa === 0 && i > 2 ** mantissa) step *= 2;
  }
  return values;
}

test.each([
  ["F8_E5M2", byCounting(5, 2, 15).map((v, i) => (i < 124 ? v : i === 124 ? INF : NAN)), true],
  ["F8_E4M3", byCounting(4, 3, 7).map((v, i) => (i === 127 ? NAN : v)), true],
  ["F8_E4M3FNUZ", byCounting(4, 3, 8), false],
  ["F8_E5M2FNUZ", byCounting(5, 2, 16), false],
])("all numbers of %s", (dtype, half, negativeZero) => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const { x } = loadSafetensors(file(dtype, [256], bytes));
  const negative = half.map((v) => -v);
  if (!negativeZero) negative[0] = NAN;
  expect(x.data).toEqual(Float32Array.from([...half, ...negative]));
});

test("all numbers of F8_E8M0", () => {
  const { x } = loadSafetensors(
    file(
      "F8_E8M0",
      [256],
      Uint8Array.from({ length: 256 }, (_, i) => i),
    ),
  );
  for (let i = 0, power = 2 ** -127; i < 255; i++, power *= 2) expect(x.data[i]).toBe(power);
  expect(x.data[255]).toBe(NAN);
});

test("integers of 64 bits become the nearest float32, rounded once", () => {
  // in the middle between two float32 numbers, and a little to each side; as doubles all three are the same
  const middle = 2n ** 60n + 2n ** 36n;
  const cases: [bigint, number][] = [
    [middle, 2 ** 60],
    [middle + 1n, 2 ** 60 + 2 ** 37],
    [middle - 1n, 2 ** 60],
    [-middle, -(2 ** 60)],
    [-middle - 1n, -(2 ** 60 + 2 ** 37)],
    [2n ** 53n + 2n ** 29n, 2 ** 53],
    [2n ** 53n + 2n ** 29n + 1n, 2 ** 53 + 2 ** 30],
    [-(2n ** 53n) - 2n ** 29n - 1n, -(2 ** 53 + 2 ** 30)],
    [2n ** 24n + 1n, 2 ** 24],
  ];
  const data = BigInt64Array.from(cases.map(([v]) => v));
  expect(loadSafetensors(saveSafetensors({ data })).data.data).toEqual(Float32Array.from(cases.map(([, v]) => v)));
  const large = BigUint64Array.of(2n ** 63n + 2n ** 39n, 2n ** 63n + 2n ** 39n + 1n);
  expect(loadSafetensors(saveSafetensors({ large })).large.data).toEqual(Float32Array.of(2 ** 63, 2 ** 63 + 2 ** 40));
});

test("a dtype of the future is listed and handed out as bytes; its place is checked", () => {
  for (const dtype of ["F3", "toString", "__proto__", ""]) {
    const bytes = file(dtype, [5], Uint8Array.of(1, 2));
    expect(listSafetensors(bytes)).toEqual({ x: { dtype, shape: [5] } });
    expect(loadSafetensors(bytes, { convert: false })).toEqual({ x: { dtype, shape: [5], data: Uint8Array.of(1, 2) } });
    expect(thrownBy(() => loadSafetensors(bytes)).message).toContain(`got ${JSON.stringify(dtype)}: leave it out`);
    expect(loadSafetensors(bytes, { prefix: "y" })).toEqual({});
    expect(() => listSafetensors(bytes.slice(0, -1))).toThrow(`"bytes" expected`);
  }
});

test.each([
  ["F4", [3], 2, "expected 1.5 bytes"],
  ["F6_E2M3", [5], 4, "expected 3.75 bytes"],
  ["I64", [2], 15, "expected 16 bytes"],
  ["BOOL", [2], 1, "expected 2 bytes"],
])("%s of shape %j in %i bytes is refused, also where it is not asked for", (dtype, shape, n, text) => {
  const bytes = file(dtype, shape, new Uint8Array(n));
  for (const call of [
    listSafetensors,
    safetensorsMetadata,
    (b: Uint8Array) => loadSafetensors(b, { prefix: "other" }),
  ]) {
    const error = thrownBy(() => call(bytes));
    expect(error.constructor).toBe(RangeError);
    expect(error.message).toContain(text);
  }
});
