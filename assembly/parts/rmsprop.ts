// The optimiser rmsprop.
import "../constants";
export { rmsprop } from "../train/rmsprop";
