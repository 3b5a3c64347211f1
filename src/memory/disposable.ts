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

/** A property as it is described, whatever names Object.prototype has. */
const described = (property: PropertyDescriptor): PropertyDescriptor => Object.assign(Object.create(null), property);

/** Makes properties constant: sizes that memory is addressed by, which anyone may assign to. */
export function constant<T extends object>(object: T, ...names: (keyof T)[]): void {
  for (const name of names) Object.defineProperty(object, name, described({ writable: false }));
}

/** Properties that are not enumerable: not for console.log. */
export function hidden(object: object, values: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(values)) {
    Object.defineProperty(object, name, described({ value: values[name], writable: true }));
  }
}

function define(name: symbol, value: (this: Disposable) => unknown): void {
  Object.defineProperty(Disposable.prototype, name, described({ value }));
}

// engines without explicit resource management have no such symbol
if (Symbol.dispose) {
  define(Symbol.dispose, function () {
    this.dispose();
  });
}

// what console.log() shows in Node, Bun and Deno: toString(), where there is one
define(Symbol.for("nodejs.util.inspect.custom"), function () {
  return this.toString === Object.prototype.toString ? this : this.toString();
});
