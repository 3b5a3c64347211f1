// The optimiser rmsprop.
import "../constants";
export { rmsprop } from "../train/rmsprop";
export { flush } from "../train/flush";
