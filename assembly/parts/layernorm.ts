// Layer normalization.
import "../constants";
export { layerNorm, layerNormBackward } from "../layers/layernorm";
