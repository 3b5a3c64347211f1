// LSTM cells with options.
import "../constants";
export {
  lstmGeneralBackward, lstmGeneralForward, lstmGeneralGates, lstmGeneralPack, lstmGeneralPackTransposed,
} from "../lstm/general";
