// The backend in plain JavaScript of https://www.npmjs.com/package/@tensorflow/tfjs
import type { Load } from "./peer.js";
import { createPeer } from "./tfjs.js";

/** TensorFlow.js has one current backend, which tfjs-wasm needs too. */
export const tfjsCpu: Load = async () => ({ ...(await createPeer("tfjs-cpu", "cpu")), timing: "alone" });
