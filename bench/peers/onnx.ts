// Models of one operator, as bytes.
import { fileURLToPath } from "node:url";
import { toOnnx } from "../../src/index.js";
import { stateDict } from "../families/lstm.js";
import type { LstmWeights } from "../plain/lstm.js";
import type { LstmCase, RowCase } from "./cases.js";

/** Enumerators of onnx.proto. */
const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;
const IR_VERSION = 8;
/** The last with the axes of ReduceLogSumExp as an attribute. */
const OPSET = 17;

interface Model {
  operator: string;
  attributes: Readonly<Record<string, number | number[]>>;
  /** "" is an optional input left out. */
  inputs: Readonly<Record<string, number[]>>;
  outputs: Readonly<Record<string, number[]>>;
  /** Inputs that belong to the model. */
  constants?: Readonly<Record<string, { shape: number[]; data: Float32Array }>>;
  order: string[];
}

const OPERATORS = { softmax: "Softmax", logSoftmax: "LogSoftmax", logSumExp: "ReduceLogSumExp" };

/** undefined: the operators have no gradients. */
export async function rowModel({ op, rows, cols }: RowCase): Promise<Uint8Array | undefined> {
  if (op === "crossEntropy") return undefined;
  const reduces = op === "logSumExp";
  return encode({
    operator: OPERATORS[op],
    attributes: reduces ? { axes: [1], keepdims: 0 } : { axis: 1 },
    inputs: { x: [rows, cols] },
    outputs: { y: reduces ? [rows] : [rows, cols] },
    order: ["x"],
  });
}

/** x [T, B, I], h0, c0 [1, B, H] -> y [T, 1, B, H], h, c [1, B, H]. */
export async function lstmModel({ T, B, I, H }: LstmCase, w: LstmWeights): Promise<Uint8Array> {
  const { W, R, B: bias } = toOnnx(stateDict(w)) as unknown as Record<string, { data: Float32Array }>;
  const state = [1, B, H];
  return encode({
    operator: "LSTM",
    attributes: { hidden_size: H },
    inputs: { x: [T, B, I], h0: state, c0: state },
    outputs: { y: [T, 1, B, H], h: state, c: state },
    constants: {
      W: { shape: [1, 4 * H, I], data: W.data },
      R: { shape: [1, 4 * H, H], data: R.data },
      B: { shape: [1, 8 * H], data: bias.data },
    },
    order: ["x", "W", "R", "B", "", "h0", "c0"],
  });
}

async function encode({ operator, attributes, inputs, outputs, constants = {}, order }: Model): Promise<Uint8Array> {
  const { default: protobuf } = await import("protobufjs");
  const root = await protobuf.load(fileURLToPath(new URL("./onnx.proto", import.meta.url)));
  const type = root.lookupType("onnx.ModelProto");
  const node = {
    opType: operator,
    input: order,
    output: Object.keys(outputs),
    attribute: Object.entries(attributes).map(([name, value]) =>
      Array.isArray(value) ? { name, ints: value, type: ATTRIBUTE_INTS } : { name, i: value, type: ATTRIBUTE_INT },
    ),
  };
  const initializer = Object.entries(constants).map(([name, { shape, data }]) => ({
    name,
    dims: shape,
    dataType: FLOAT,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const graph = { name: operator, node: [node], initializer, input: values(inputs), output: values(outputs) };
  return type.encode(type.create({ irVersion: IR_VERSION, opsetImport: [{ version: OPSET }], graph })).finish();
}

function values(shapes: Readonly<Record<string, number[]>>) {
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
  }));
}
