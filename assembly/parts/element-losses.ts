// Losses of single elements.
import "../constants";
export { bceWithLogits } from "../losses/bce";
export { sigmoidFocal } from "../losses/focal";
export { hinge } from "../losses/hinge";
export { mse } from "../losses/mse";
