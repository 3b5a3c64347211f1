// The optimiser sgd.
import "../constants";
export { sgd } from "../train/sgd";
