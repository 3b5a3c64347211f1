// The optimiser sgd.
import "../constants";
export { sgd } from "../train/sgd";
export { flush } from "../train/flush";
