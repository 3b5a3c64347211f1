// Softcell and all peers, in the order of the report.
import { jax } from "./jax.js";
import type { OurName, PeerName } from "./names.js";
import { onnxruntimeNode } from "./onnxruntime-node.js";
import { onnxruntimeWeb } from "./onnxruntime-web.js";
import type { Load } from "./peer.js";
import { plain } from "./plain.js";
import { pytorch } from "./pytorch.js";
import { softcell, softcellOut } from "./softcell.js";
import { tfjsCpu } from "./tfjs-cpu.js";
import { tfjsWasm } from "./tfjs-wasm.js";

export const OURS: Readonly<Record<OurName, Load>> = {
  strict: softcell("strict"),
  "strict, out": softcellOut("strict"),
  relaxed: softcell("relaxed"),
  "relaxed, out": softcellOut("relaxed"),
  js: softcell("js"),
};

export const PEERS: Readonly<Record<PeerName, Load>> = {
  plain,
  "tfjs-wasm": tfjsWasm,
  "tfjs-cpu": tfjsCpu,
  "jax-js": jax,
  "onnxruntime-web": onnxruntimeWeb,
  "onnxruntime-node": onnxruntimeNode,
  PyTorch: pytorch,
};
