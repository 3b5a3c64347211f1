// Linear layers.
import "../constants";
export { gemm } from "../gemm/gemm";
export { columnSums, gemmTN } from "../gemm/gemmtn";
export { pack, packTransposed } from "../gemm/pack";
