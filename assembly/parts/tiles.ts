// Masks, and rows along another axis.
import "../constants";
export { addMask } from "../rows/mask";
export { transpose } from "../rows/transpose";
