// A page in a frame, with a policy of its own.
import { outcome } from "./outcome.js";

parent.postMessage(await outcome(), location.origin);
