// Linear layers.
import "../constants";
export { linearBackward, linearForward } from "../gemm/linear";
