// ONNX Runtime as WebAssembly: https://www.npmjs.com/package/onnxruntime-web
import { createPeer } from "./onnxruntime.js";
import type { Load } from "./peer.js";

export const onnxruntimeWeb: Load = async () => {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  return createPeer("onnxruntime-web", ort.env.versions.web ?? "", ort, "wasm");
};
