// Runs a module in a process of its own.
//
// V8 drops an optimisation for the rest of a process once any ArrayBuffer has been detached, by a memory that grows or
// by a transfer: plain JavaScript over typed arrays is then up to a quarter slower (Node 20, LSTM forward 14.0 against
// 17.8 ms), which would flatter the library. Loading CommonJS through tsx detaches one. So what is timed runs in a
// process that loads ES modules only and whose memories do not grow, and starts with code that has seen no other case.
import { fork } from "node:child_process";

/** The one message that the module sends with process.send(). Rejects where it ends without one. */
export function inChild<T>(file: URL, ...args: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(file, args);
    let message: T | undefined;
    child.on("message", (value) => {
      message = value as T;
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (message !== undefined) resolve(message);
      else reject(new Error(`the measuring process ended with ${signal ?? `code ${code}`}`));
    });
  });
}
