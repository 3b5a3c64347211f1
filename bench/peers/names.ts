export const OUR_NAMES = ["strict", "strict, out", "relaxed", "relaxed, out", "js"] as const;

/** Variants of the library; out: array to array, with the result in an array of the user's. */
export type OurName = (typeof OUR_NAMES)[number];

export type PeerName =
  | "plain"
  | "tfjs-wasm"
  | "tfjs-cpu"
  | "jax-js"
  | "onnxruntime-web"
  | "onnxruntime-node"
  | "PyTorch";
