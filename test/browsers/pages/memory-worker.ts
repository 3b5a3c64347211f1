import { softmaxIn } from "./memory.js";

addEventListener("message", ({ data }: MessageEvent<SharedArrayBuffer>) => {
  void softmaxIn(data).then(() => postMessage("done"));
});
