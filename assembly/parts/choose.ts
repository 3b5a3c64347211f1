// Choosing from rows, by the largest entry or by a draw.
import "../constants";
export { argmax } from "../alternatives/argmax";
export { addGumbel } from "../alternatives/gumbel";
export { expWeights } from "../alternatives/weights";
