// The optimiser adam.
import "../constants";
export { adam } from "../train/adam";
export { flush } from "../train/flush";
