// What the self-test of a backend runs.
import "../constants";
export { probeMadd } from "../simd";
export { exp } from "../math/map";
