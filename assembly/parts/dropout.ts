// Dropout.
import "../constants";
export { dropout } from "../layers/dropout";
