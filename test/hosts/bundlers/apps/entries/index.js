// The other entries, and the .wasm as a file of its own, whose address each bundler has in its own way.
import { init, sparsemax } from "softcell";
import { url } from "./url.js";

async function main() {
  const [sc, { fallback }] = await Promise.all([init({ module: fetch(url) }), import("softcell/js")]);
  const js = await init({ backend: "js", fallback });
  const y = [sc, js].map((each) => [...sparsemax(each, Float32Array.of(1, 0))]);
  console.log(JSON.stringify({ backends: [sc.backend, js.backend], y }));
}
main();
