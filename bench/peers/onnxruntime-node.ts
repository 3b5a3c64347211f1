// ONNX Runtime as native code: https://www.npmjs.com/package/onnxruntime-node
import { createPeer } from "./onnxruntime.js";
import type { Load } from "./peer.js";

export const onnxruntimeNode: Load = async () => {
  const ort = await import("onnxruntime-node");
  return createPeer("onnxruntime-node", ort.env.versions.node ?? "", ort, "cpu");
};
