// The other side of the pages for those who come from elsewhere: what PyTorch, ONNX Runtime and TensorFlow.js print are the
// numbers of their comments. With PyTorch in Python, and the packages that `npm run bench:peers` installs.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { agrees } from "../support/snippets.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const peers = join(root, "bench/peers");
const folder = mkdtempSync(join(tmpdir(), "softcell-peers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The blocks of a page in one language, as one program. */
function programOf(page: string, language: string): string {
  const text = readFileSync(join(root, `docs/${page}.md`), "utf8");
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  return blocks.map(([, code]) => code).join("\n");
}

/** What a program has printed, line by line, beside what its comments promise. */
function expectPromises(command: string, file: string, program: string, promise: RegExp): void {
  writeFileSync(join(folder, file), program);
  const { status, stdout, stderr } = spawnSync(command, [file], { cwd: folder, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const printed: string[] = JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1));
  const promises = [...program.matchAll(promise)].map(([, comment]) => comment);
  expect(promises.length).toBeGreaterThan(2);
  expect(printed.length).toBe(promises.length);
  const wrong = promises.map((comment, i) => [comment, printed[i]]).filter(([comment, line]) => !agrees(comment, line));
  expect(wrong).toEqual([]);
}

const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import torch"]).status === 0);

// safetensors is not everywhere where PyTorch is
const PYTHON = `import json, torch
import torch.nn as nn
import torch.nn.functional as F
printed = []
def print(*values):
    flat = [x for v in values for x in (v.flatten().tolist() if torch.is_tensor(v) else [v])]
    printed.append(" ".join(repr(x).removesuffix(".0") for x in flat))
`;

describe.skipIf(!python)(python ? "PyTorch" : "PyTorch, skipped: no Python that has torch", () => {
  test("prints what its comments say", () => {
    const page = programOf("from-pytorch", "python").replace(/^safetensors\..*\n/m, "");
    const program = `${PYTHON}${page}\nimport sys\nsys.stdout.write("\\n" + json.dumps(printed))\n`;
    expectPromises(python as string, "page.py", program, /^ *print\(.*\) {2}# (.*)$/gm);
  }, 60_000);
});

const JAVASCRIPT = `import { createRequire } from "node:module";
import { formatWithOptions } from "node:util";
const require = createRequire(${JSON.stringify(join(peers, "index.js"))});
const { fromKeras } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
const printed = [];
console.log = (...values) => printed.push(formatWithOptions({ breakLength: Infinity }, ...values).replace(/^Tensor/, ""));
`;
const DONE = `\nprocess.stdout.write("\\n" + JSON.stringify(printed));\n`;
const COMMENT = /^(?:console\.log\(.*\)|.*\.print\(\)); \/\/ (.*)$/gm;

/** The operator LSTM with the weights of the page, its state among the inputs or not. */
async function onnxModel(withState: boolean): Promise<Uint8Array> {
  const { default: protobuf } = await import(pathToFileURL(join(peers, "node_modules/protobufjs/index.js")).href);
  const type = (await protobuf.load(join(peers, "onnx.proto"))).lookupType("onnx.ModelProto");
  const constants: [name: string, dims: number[], values: number[]][] = [
    ["W", [1, 4, 2], [0.1, 0.2, 0.7, 0.8, 0.3, 0.4, 0.5, 0.6]],
    ["R", [1, 4, 1], [0.9, 1.2, 1.0, 1.1]],
    ["B", [1, 8], [0.01, 0.04, 0.02, 0.03, 0, 0, 0, 0]],
  ];
  const initializer = constants.map(([name, dims, values]) => ({
    name,
    dims,
    dataType: 1,
    rawData: new Uint8Array(Float32Array.from(values).buffer),
  }));
  const floats = (name: string, ...dims: object[]) => ({
    name,
    type: { tensorType: { elemType: 1, shape: { dim: dims } } },
  });
  const [one, two, steps] = [{ dimValue: 1 }, { dimValue: 2 }, { dimParam: "steps" }];
  const states = (...names: string[]) => names.map((name) => floats(name, one, one, one));
  const node = {
    opType: "LSTM",
    input: ["X", "W", "R", "B", ...(withState ? ["", "initial_h", "initial_c"] : [])],
    output: ["Y", "Y_h", "Y_c"],
    attribute: [{ name: "hidden_size", i: 1, type: 2 }],
  };
  const input = [floats("X", steps, one, two), ...(withState ? states("initial_h", "initial_c") : [])];
  const output = [floats("Y", steps, one, one, one), ...states("Y_h", "Y_c")];
  const graph = { name: "page", node: [node], initializer, input, output };
  return type.encode(type.create({ irVersion: 8, opsetImport: [{ version: 17 }], graph })).finish();
}

const there = existsSync(join(peers, "node_modules/@tensorflow/tfjs"));

describe.skipIf(!there)(there ? "in JavaScript" : "in JavaScript, skipped: no bench/peers/node_modules", () => {
  test("ONNX Runtime prints what its comments say", async () => {
    writeFileSync(join(folder, "model.onnx"), await onnxModel(false));
    writeFileSync(join(folder, "step.onnx"), await onnxModel(true));
    const program = `${JAVASCRIPT}const ort = require("onnxruntime-node");\n${programOf("from-onnx-runtime", "js")}${DONE}`;
    expectPromises(process.execPath, "onnx.mjs", program, COMMENT);
  });

  test("TensorFlow.js prints what its comments say", () => {
    const program = `${JAVASCRIPT}const tf = require("@tensorflow/tfjs");\n${programOf("from-tensorflow-js", "js")}${DONE}`;
    expectPromises(process.execPath, "tf.mjs", program, COMMENT);
  }, 120_000);
});
