/** What has memory of its own: dispose() it, or declare it with `using`. */
export abstract class Disposable {
  constructor() {
    // a function of its own, which structuredClone() refuses: it would copy what is public, without the memory
    const { dispose } = this;
    this.dispose = dispose;
  }

  /** Frees it. */
  abstract dispose(): void;

  /** dispose(), for `using`. */
  declare [Symbol.dispose]: () => void;
}

function define(name: symbol, value: (this: Disposable) => unknown): void {
  Object.defineProperty(Disposable.prototype, name, { value });
}

// engines without explicit resource management have no such symbol
if (Symbol.dispose) {
  define(Symbol.dispose, function () {
    this.dispose();
  });
}

// Vue makes proxies of what is a plain object by this name, deep ones, through which no memory is the memory of an instance
Object.defineProperty(Disposable.prototype, Symbol.toStringTag, { value: "softcell" });

/** For messages: what is an object of ours by its prototype only. */
export const PROXY = "a proxy of one: pass the object itself, which markRaw() in Vue and ref() in Valtio keep as it is";

// what console.log() shows in Node, Bun and Deno: toString(), where there is one
define(Symbol.for("nodejs.util.inspect.custom"), function () {
  return this.toString === Object.prototype.toString ? this : this.toString();
});
