// Tables of vectors.
import "../constants";
export { embedding, embeddingBackward } from "../train/embedding";
