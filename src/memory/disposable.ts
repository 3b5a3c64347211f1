/** What has memory of its own: dispose() it, or declare it with `using`. */
export abstract class Disposable {
  /** Frees it. */
  abstract dispose(): void;

  /** dispose(), for `using`. */
  declare [Symbol.dispose]: () => void;
}

// engines without explicit resource management have no such symbol
if (Symbol.dispose) {
  Object.defineProperty(Disposable.prototype, Symbol.dispose, {
    value(this: Disposable) {
      this.dispose();
    },
  });
}
