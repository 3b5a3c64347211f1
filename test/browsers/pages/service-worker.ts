// Answers a message. import() is forbidden in a service worker: the fallback is given as `fallback`.
import { init } from "softcell";
import { fallback } from "softcell/js";
import { outcome } from "./outcome.js";

addEventListener("message", ({ ports }: MessageEvent) => {
  void outcome((options) => init({ ...options, fallback })).then((told) => ports[0].postMessage(told));
});
