// Losses of rows but for cross-entropy.
import "../constants";
export { entropy } from "../losses/entropy";
export { focal } from "../losses/focal";
export { klDivergence } from "../losses/kldivergence";
export { multiMargin } from "../losses/multimargin";
export { nll } from "../losses/nll";
