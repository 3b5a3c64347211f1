// What the machine can do inside WebAssembly. Compiled by ../build.ts with the options of the library's binaries.
export { chains12, products8 } from "./arithmetic";
export { copy, read, write } from "./memory";
export { finishPass, reducePass, scalePass, sumPass, topPass } from "./passes";
