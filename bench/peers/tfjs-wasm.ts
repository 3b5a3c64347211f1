// XNNPACK as WebAssembly: https://www.npmjs.com/package/@tensorflow/tfjs-backend-wasm
import type { Load } from "./peer.js";
import { createPeer } from "./tfjs.js";

export const tfjsWasm: Load = async () => {
  const { setThreadsCount, version_wasm: version } = await import("@tensorflow/tfjs-backend-wasm");
  setThreadsCount(1);
  return { ...(await createPeer("tfjs-wasm", "wasm")), version };
};
