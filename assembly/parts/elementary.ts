// Elementary functions that need exp or log.
import "../constants";
export {
  elu, exp, expm1, log, log1p, logSigmoid, sigmoid, silu, softplus, softsign, tanh,
} from "../math/map";
