// Safetensors files of drawn tensors: there and back, and with any bytes changed.
import { describe, expect } from "vitest";
import { loadSafetensors, type Savable, saveSafetensors } from "../../src/index.js";
import { type Draw, holds, RUNS } from "../support/property.js";
import type { Random } from "../support/random.js";

/** Tensors of any names, shapes and bits. */
function drawTensors(draw: Draw): Record<string, Savable & { shape: number[] }> {
  const random = draw.random();
  const letters = ["a", "é", '"', "\\", "\n", ".", "{", "}", ":", "\u{1f600}", "_"];
  const tensors = Array.from({ length: draw.size(5) }, () => {
    const shape = Array.from({ length: draw.size(3) }, () => draw.size(4));
    const data = draw.values(shape.reduce((n, size) => n * size, 1));
    return [Array.from({ length: random.below(5) }, () => draw.pick(letters)).join(""), { data, shape }] as const;
  });
  return Object.fromEntries(tensors);
}

describe("any tensors", () => {
  const bits = (tensors: Record<string, { data: Float32Array; shape: readonly number[] }>) =>
    Object.entries(tensors)
      .map(([name, { data, shape }]) => [name, [...shape], [...new Uint32Array(data.slice().buffer)]])
      .sort();

  holds("come back bit for bit", (draw) => {
    const tensors = drawTensors(draw);
    const loaded = loadSafetensors(saveSafetensors(tensors));
    expect(bits(loaded)).toEqual(bits(tensors as never));
    expect(saveSafetensors(loaded)).toEqual(saveSafetensors(tensors));
  });

  holds(
    "with any bytes changed, cut or added are refused by an error of ours, or read as what the file then says",
    (draw) => {
      const bytes = corrupt(saveSafetensors(drawTensors(draw)), draw);
      let loaded: ReturnType<typeof loadSafetensors>;
      try {
        loaded = loadSafetensors(bytes);
      } catch (error) {
        expect([TypeError, RangeError]).toContain((error as Error).constructor);
        expect((error as Error).message).toMatch(/^"(bytes|header).*" expected /s);
        return;
      }
      expect(bits(loaded)).toEqual(bits(naive(bytes)));
    },
    10 * RUNS,
  );
});

/** Some bytes changed, most of them in the header, or the file cut or longer. */
function corrupt(bytes: Uint8Array, draw: Draw): Uint8Array {
  const random: Random = draw.random();
  const length = bytes[0] + 256 * bytes[1];
  const marks = [...'0123456789[]{}:," ftns'].map((c) => c.charCodeAt(0));
  const kind = draw.pick(["header", "header", "length", "any", "cut", "longer", "moved"]);
  if (kind === "cut") return bytes.slice(0, random.below(bytes.length));
  if (kind === "longer") return Uint8Array.of(...bytes, ...random.ints(1 + random.below(9), 256));
  const changed = bytes.slice();
  if (kind === "moved") changed.copyWithin(8 + random.below(length), 8 + random.below(length), 8 + length);
  for (let i = random.below(3); i >= 0; i--) {
    if (kind === "header") changed[8 + random.below(length)] = marks[random.below(marks.length)];
    if (kind === "length") changed[random.below(8)] = random.below(256);
    if (kind === "any") changed[random.below(bytes.length)] = random.below(256);
  }
  return changed;
}

/** What a file that was accepted holds, read without a check but those of its rules: every byte is of one tensor. */
function naive(bytes: Uint8Array): Record<string, { data: Float32Array; shape: number[] }> {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
  const { __metadata__: _, ...header } = JSON.parse(text);
  const owners = new Uint8Array(bytes.length - 8 - length);
  const entries = Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(header);
  const tensors = entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      const width = { F32: 4, F64: 8, F16: 2, BF16: 2 }[dtype] as number;
      expect(end - begin).toBe(shape.reduce((n, size) => n * size, width));
      for (let i = begin; i < end; i++) owners[i]++;
      // only an empty one is of another dtype by so few changes
      if (dtype !== "F32") expect(begin).toBe(end);
      const at = (i: number) => new DataView(bytes.buffer, 8 + length + begin + 4 * i);
      const values = Array.from({ length: (end - begin) / 4 }, (__, i) => at(i).getUint32(0, true));
      return [name, { data: new Float32Array(Uint32Array.from(values).buffer), shape }] as const;
    },
  );
  expect(owners.every((n) => n === 1)).toBe(true);
  return Object.fromEntries(tensors);
}
