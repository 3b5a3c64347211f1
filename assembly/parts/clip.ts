// Clipping of gradients.
import "../constants";
export { sumSquares } from "../train/clip";
export { hardTanh } from "../math/map";
export { scale } from "../rows/scale";
