// What few starts need, loaded on demand: a response as the module, init({ module: fetch(url) }), and @assemblyscript/loader,
// for engines that compile large modules in the background only.
import { instantiate } from "@assemblyscript/loader";
import { isArrayBuffer } from "../arrays.js";
import { type Exports, type WasmSource, wasmSource } from "./instantiate.js";

/** What is used of the Response of fetch(), whose name users without the types of a browser do not have. */
export interface WasmResponse {
  /** Whether the status is one of success. */
  readonly ok: boolean;
  /** That of HTTP. */
  readonly status: number;
  /** For messages. */
  readonly url: string;
  /** Of which the MIME type is read. */
  readonly headers: { get(name: string): string | null };
  /** A second one, whose body is read where the first is no module. */
  clone(): WasmResponse;
  /** The body. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What init() takes as its module. */
export type WasmGiven = WasmSource | WasmResponse | PromiseLike<WasmSource | WasmResponse>;

/** The exports of a binary on a memory, compiled in the background. */
export async function instantiateWhole(source: WasmSource, memory: WebAssembly.Memory): Promise<Exports> {
  const bytes = isArrayBuffer(source) || ArrayBuffer.isView(source);
  // not by the loader alone, which looks for Response: that takes Node 20 ms
  const module = bytes ? await WebAssembly.compile(source as BufferSource) : source;
  // not `exports` of the loader, which wraps every function
  return (await instantiate(module, { env: { memory } })).instance.exports;
}

/**
 * The module of a response, compiled while it arrives, or else its bytes. Throws TypeError for what is no response, and
 * Error for one without a module.
 */
export async function sourceOf(given: unknown): Promise<WasmSource> {
  // not asked for as an instance of Response: to look that up takes Node 20 ms
  if (!(given as Partial<WasmResponse> | null)?.headers) return wasmSource(given);
  const response = given as WasmResponse;
  const copy = response.clone();
  try {
    if (response.ok) return await WebAssembly.compileStreaming(response as Response);
  } catch {
    // the bytes tell whether it was the MIME type, the engine, or no module
  }
  const bytes = new Uint8Array(await copy.arrayBuffer());
  if (response.ok && startsAs(bytes, "\0asm")) return bytes;
  throw new Error(`"module" expected WebAssembly, got ${contentOf(response, bytes)}`);
}

function startsAs(bytes: Uint8Array, text: string): boolean {
  return String.fromCharCode(...bytes.subarray(0, text.length)) === text;
}

function contentOf({ headers, status, url }: WasmResponse, bytes: Uint8Array): string {
  const type = headers.get("content-type") ?? "";
  const isPage = /html/.test(type) || /^\W*</.test(String.fromCharCode(...bytes.subarray(0, 64)));
  const what = isPage ? "an HTML page" : bytes.length === 0 ? "nothing" : type || "other bytes";
  return `${what} (status ${status})${url && ` from ${url}`}`;
}
