// Answers a message. import() is forbidden in a service worker: the fallback is given as `twin`.
import { init } from "softcell";
import { twin } from "softcell/js";
import { outcome } from "./outcome.js";

addEventListener("message", ({ ports }: MessageEvent) => {
  void outcome((options) => init({ ...options, twin })).then((told) => ports[0].postMessage(told));
});
