// softmax.
import "../constants";
export { softmax, softmaxBackward } from "../rows/softmax";
export { softmaxColumns } from "../rows/columns";
