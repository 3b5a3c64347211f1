import { floats, NotSupported, type Op } from "./op.js";

export const activations: Op = {
  attrs: ["kind", "slope", "alpha", "beta"],
  run(sc, c) {
    const { kind } = c.attrs;
    if (kind !== "sigmoid" && kind !== "tanh") throw new NotSupported(String(kind));
    return { y: sc[kind](floats(c, "x")) };
  },
};
