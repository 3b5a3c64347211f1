// The golden cases of golden/data through the public API. `npm run test:golden -- DIR` runs another directory.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type BackendName, init, type Softcell } from "../../src/index.js";
import { boundsOf, uniform } from "../golden/bounds.js";
import { conditionOf, run } from "../golden/condition.js";
import { type GoldenCase, GoldenError, type GoldenOutput } from "../golden/manifest.js";
import { readDirectory } from "../golden/reader.js";
import { failures, runManifest } from "../golden/runner.js";
import { judge } from "../golden/verdict.js";
import { describeEach } from "../support/backends.js";
import { largest } from "../support/worst.js";

const DATA = fileURLToPath(new URL("../golden/data", import.meta.url));

/** Cases, and how many of them are not supported yet; a change of a number belongs to a change of the library. */
const UNSUPPORTED: Record<string, [cases: number, unsupported: number]> = {
  activations: [66, 0],
  clip_grad_norm: [12, 0],
  cross_entropy: [49, 0],
  linear: [15, 0],
  log_softmax: [45, 0],
  logsumexp: [45, 0],
  losses: [45, 0],
  lstm: [32, 0],
  lstm_cell: [13, 0],
  lstm_keras: [7, 0],
  lstm_onnx: [17, 0],
  softmax: [45, 0],
  train: [5, 0],
};

const manifests = readDirectory(DATA);

test("the data is complete", () => {
  const counts = manifests.map(({ op, cases }) => [op, cases.length]);
  const expected = Object.entries(UNSUPPORTED).map(([op, [cases]]) => [op, cases]);
  expect(counts).toEqual(expected);
});

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeAll(async () => {
    sc = await init({ backend: target as BackendName });
  });

  test.each(manifests.map((manifest) => [manifest.op, manifest] as const))("%s", (_, manifest) => {
    const results = runManifest(sc, manifest);
    expect(results.flatMap((result) => failures(target, result))).toEqual([]);
    const unsupported = results.filter(({ status }) => status === "not supported yet").length;
    expect(unsupported).toBe(UNSUPPORTED[manifest.op][1]);
  });
});

describe("the verdict", () => {
  const tensor = (...values: number[]) => ({ shape: [values.length], data: Float64Array.from(values) });
  const output = (ref: number[], torch32: GoldenOutput["torch32"], f32?: number[]): GoldenOutput => ({
    ref: tensor(...ref),
    torch32,
    f32: f32 && tensor(...f32),
  });

  test.each<[string, number[], GoldenOutput, boolean]>([
    ["exact", [1, 2], output([1, 2], { mismatch: 0, abs: 0 }), true],
    ["4 epsilon of the largest", [1, 2 + 2 ** -21], output([1, 2], { mismatch: 0, abs: 0 }), true],
    ["more than that", [1, 2 + 2 ** -20], output([1, 2], { mismatch: 0, abs: 0 }), false],
    ["twice the error of PyTorch", [1.25, 2], output([1, 2], { mismatch: 0, abs: 0.125 }), true],
    ["next to nothing for 0", [1e-32], output([0], { mismatch: 0, abs: 0 }), true],
    ["more than that for 0", [1.1e-32], output([0], { mismatch: 0, abs: 0 }), false],
    ["another length", [1], output([1, 2], { mismatch: 0, abs: 0 }), false],
    ["NaN for NaN", [Number.NaN], output([Number.NaN], { mismatch: 0 }), true],
    ["NaN for a number", [Number.NaN], output([1], { mismatch: 0, abs: 1 }), false],
    ["a number for NaN", [1], output([Number.NaN], { mismatch: 0 }), false],
    ["the other infinity", [-Infinity], output([Infinity], { mismatch: 0 }), false],
    ["beyond float32", [Infinity], output([1e39], { mismatch: 0 }), true],
    ["a number for what is beyond float32", [3e38], output([1e39], { mismatch: 0 }), false],
    ["one that is close enough", [3e38], output([4e38], { mismatch: 0, abs: 1e38 }), true],
    ["the class of PyTorch", [Infinity], output([1e25], { mismatch: 1 }, [Infinity]), true],
    ["that of the truth where PyTorch's differs", [1e25], output([1e25], { mismatch: 1 }, [Infinity]), true],
    ["neither class", [Number.NaN], output([1e25], { mismatch: 1 }, [Infinity]), false],
    ["no elements", [], output([], { mismatch: 0 }), true],
  ])("%s", (_, got, expected, ok) => {
    expect(judge(got, expected, uniform(expected)).ok).toBe(ok);
  });

  test("the bounds of operations", () => {
    const c = { name: "plain", attrs: {}, inputs: {}, outputs: {}, converted: {}, tags: [] };
    const boundOf = (op: string, name: string, abs: number): number =>
      boundsOf(op, { ...c, name }, "y", output([-2, 1], { mismatch: 0, abs })).each(0) * 2 ** 24;
    expect([boundOf("softmax", "plain", 0), boundOf("softmax", "plain", 1) * 2 ** -24]).toEqual([8, 2]);
    expect([boundOf("lstm", "plain", 0), boundOf("lstm", "plain", 1) * 2 ** -24]).toEqual([16, 8]);
    expect([boundOf("gru_onnx", "lbr0/saturated", 0), boundOf("lstm_onnx", "saturated", 1)]).toEqual([32, 32]);
    expect([boundOf("ctc", "plain", 0), boundOf("ctc", "plain", 1) * 2 ** -24]).toEqual([16, 1]);
  });

  test("the bounds of linear: each element by its terms", () => {
    const matrix = (rows: number, cols: number, value: number) => ({
      shape: [rows, cols],
      data: new Float32Array(rows * cols).fill(value),
    });
    const [R, I, O] = [3, 33, 2];
    const inputs = {
      x: matrix(R, I, -2),
      weight: matrix(O, I, 3),
      bias: { shape: [O], data: Float32Array.of(-5, 0) },
      d_y: matrix(R, O, 0.5),
    };
    const c: GoldenCase = { name: "c", attrs: {}, inputs, outputs: {}, converted: {}, tags: [] };
    const each = (name: string, i: number): number =>
      boundsOf("linear", c, name, output([], undefined)).each(i) * 2 ** 24;
    expect([each("y", 0), each("y", 3)]).toEqual([36 * (5 + 33 * 6), 36 * 33 * 6]);
    expect(each("grad_x", 98)).toBe(5 * 2 * 1.5);
    expect([each("grad_weight", 65), each("grad_bias", 1)]).toEqual([5 * 3, 5 * 1.5]);
  });

  describe("saturated cells", () => {
    const cases = manifests.flatMap(({ op, cases }) =>
      ["lstm", "lstm_cell"].includes(op) ? cases.filter(({ name }) => name === "saturated") : [],
    );

    test.each(cases.map((c) => [Object.keys(c.outputs).join(), c] as const))("the model is the truth, %s", (_, c) => {
      const got = run(c, (value) => value);
      for (const [name, { ref }] of Object.entries(c.outputs)) {
        const scale = largest(ref.data);
        ref.data.forEach((v, i) => {
          expect(Math.abs(got[name][i] - v), `${name} ${i}`).toBeLessThanOrEqual(1e-12 * scale);
        });
      }
    });

    test("the changes of all operations are added up", () => {
      const of = (n: number, value = 0) => ({ shape: [n], data: new Float32Array(n).fill(value) });
      const weights = { weight_ih: of(4), weight_hh: of(4), bias_ih: of(4), bias_hh: of(4) };
      const inputs = { x: of(1), h0: of(1), c0: of(1, 1), d_h: of(1), d_c: of(1, 1), ...weights };
      const c: GoldenCase = { name: "c", attrs: {}, inputs, outputs: {}, converted: {}, tags: [] };
      // c = f c0 with f = 1 / 2, which is 4.8 units off; the product and the sum are one unit each
      expect(conditionOf(c).c[0] * 2 ** 24).toBeCloseTo(0.5 * (4.8 + 1 + 1), 6);
    });
  });

  test("the root mean square of a product of normal numbers", () => {
    const bounds = { each: () => 1, unit: () => 2 ** -24 };
    const expected = output(Array(800).fill(1), { mismatch: 0 });
    // 4 deviations over 800 elements are a tenth
    const errors = (units: number): number[] => Array(800).fill(1 + units * 2 ** -24);
    expect(judge(errors(0.549), expected, bounds).ok).toBe(true);
    expect(judge(errors(0.551), expected, bounds).ok).toBe(false);
  });
});

describe("the reader", () => {
  /** A new directory with these files. */
  function directory(files: Record<string, string | Uint8Array>): string {
    const path = mkdtempSync(join(tmpdir(), "golden-"));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    return path;
  }
  const manifest = (ref: object, format = "golden/1") =>
    JSON.stringify({ format, op: "a", blob: "a.bin", cases: [{ name: "c", inputs: { x: ref }, outputs: {} }] });
  const ref = { d: "f32", s: [2], o: 0 };

  test("reads a tensor", () => {
    const blob = new Uint8Array(Float32Array.of(1.5, -2).buffer);
    const [{ op, cases }] = readDirectory(directory({ "a.json": manifest(ref), "a.bin": blob }));
    expect(op).toBe("a");
    expect(cases[0].inputs.x).toEqual({ shape: [2], data: Float32Array.of(1.5, -2) });
  });

  test.each<[string, () => string, string]>([
    ["a missing directory", () => join(DATA, "missing"), "missing"],
    ["no manifest", () => directory({ "a.bin": "" }), "no manifest"],
    ["another format", () => directory({ "a.json": manifest(ref, "golden/2"), "a.bin": "" }), '"golden/2"'],
    ["no format", () => directory({ "a.json": "{}" }), "golden/1"],
    ["no JSON", () => directory({ "a.json": "{" }), "a.json"],
    ["a missing blob", () => directory({ "a.json": manifest(ref) }), "a.bin"],
    ["a tensor past the end", () => directory({ "a.json": manifest(ref), "a.bin": "1234567" }), "c, x"],
    ["an offset that is not aligned", () => directory({ "a.json": manifest({ ...ref, o: 4 }), "a.bin": "" }), "c, x"],
    ["a size that is no number", () => directory({ "a.json": manifest({ ...ref, s: [0.5] }), "a.bin": "" }), "c, x"],
    ["an unknown type", () => directory({ "a.json": manifest({ ...ref, d: "f16" }), "a.bin": "" }), '"f16"'],
  ])("refuses %s", (_, path, message) => {
    expect(() => readDirectory(path())).toThrow(GoldenError);
    expect(() => readDirectory(path())).toThrow(message);
  });
});

describe("the command", () => {
  const run = (...args: string[]) => {
    const script = fileURLToPath(new URL("../golden/run.ts", import.meta.url));
    return spawnSync(process.execPath, ["--import", "tsx", script, ...args], { encoding: "utf8" });
  };

  test("exits with 2 for a directory that cannot be read", () => {
    const { status, stderr } = run(join(DATA, "missing"));
    expect(stderr).toContain("cannot read the directory");
    expect(status).toBe(2);
  });

  test("exits with 2 without a directory", () => {
    const { status, stderr } = run();
    expect(stderr).toContain("usage");
    expect(status).toBe(2);
  });

  test("exits with 1 where a case failed, and names it", () => {
    const path = mkdtempSync(join(tmpdir(), "golden-"));
    const blob = Float64Array.of(0, 0.5);
    const [x, y] = [
      { d: "f32", s: [1], o: 0 },
      { d: "f64", s: [1], o: 8 },
    ];
    const c = { name: "wrong", attrs: { kind: "tanh" }, inputs: { x }, outputs: { y: { ref: y } } };
    const text = JSON.stringify({ format: "golden/1", op: "activations", blob: "a.bin", cases: [c] });
    writeFileSync(join(path, "a.json"), text);
    writeFileSync(join(path, "a.bin"), new Uint8Array(blob.buffer));
    const { status, stdout } = run(path);
    expect(stdout).toContain("FAIL activations/wrong strict y: error 5.00e-1, bound 1.19e-7");
    expect(stdout).toMatch(/0 passed, [23] failed, 0 not supported yet/);
    expect(status).toBe(1);
  });
});
