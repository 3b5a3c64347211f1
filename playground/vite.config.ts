import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built page may load nothing from elsewhere. Styles: charts bring their own in a style element. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
].join("; ");

const policy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
  ],
};

/** Isolated pages have a timer of 5 us in Chromium and 20 us in Firefox; others 100 us and 1 ms. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: {
    alias: [
      { find: /^softcell$/, replacement: here("../src/index.ts") },
      // the package reads its list from a file when it is loaded
      { find: /^dinosaurs$/, replacement: here("src/dinosaur-names.ts") },
    ],
  },
  plugins: [policy],
  worker: { format: "es" },
  server: { headers, fs: { allow: [here("..")] } },
  preview: { headers },
  build: { target: "es2022", chunkSizeWarningLimit: 1000 },
});
