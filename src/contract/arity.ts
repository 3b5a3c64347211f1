/** The number of parameters of each kernel of K, for a test of both implementations. */
export type Arity<K> = {
  readonly [Name in keyof K]: K[Name] extends (...args: infer A) => unknown ? A["length"] : never;
};
