import { outcome } from "./outcome.js";

postMessage(await outcome());
