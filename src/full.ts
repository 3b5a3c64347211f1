// Everything: the methods of all layers, losses and functions on the instance, and their kernels.
export * from "./index.js";
