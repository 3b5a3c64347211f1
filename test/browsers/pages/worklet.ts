// Answers when a node is made, by initSync() with the modules or bytes that processorOptions hold.
import { type InitSyncOptions, initSync } from "softcell";
import { fallback } from "softcell/js";
import { outcome } from "./outcome.js";

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: never) => AudioWorkletProcessor): void;

class Processor extends AudioWorkletProcessor {
  constructor({ processorOptions }: { processorOptions: Parameters<typeof outcome>[1] }) {
    super();
    const init = async (options?: object) => initSync({ ...(options as InitSyncOptions), fallback });
    void outcome(init, processorOptions).then((told) => this.port.postMessage(told));
  }

  process(): boolean {
    return false;
  }
}

registerProcessor("softcell", Processor);
