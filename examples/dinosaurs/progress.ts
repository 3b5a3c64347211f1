import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  update(step: number, loss: number, namesPerSecond: number): void;
  stop(): void;
}

/** A bar with step, loss, names a second and the time left; where the output is no terminal, a line for each tenth. */
export function progressBar(steps: number): Progress {
  return process.stdout.isTTY ? terminalBar(steps) : plainLines(steps);
}

function terminalBar(steps: number): Progress {
  const format = "training {bar} {value}/{total} | loss {loss} | {rate} names/s | {eta_formatted} left";
  const options = { format, stream: process.stdout, hideCursor: true, etaBuffer: 50 };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(steps, 0, { loss: "-", rate: "-" });
  return {
    update: (step, loss, rate) => bar.update(step, { loss: loss.toFixed(3), rate: rate.toFixed(0) }),
    stop: () => bar.stop(),
  };
}

function plainLines(steps: number): Progress {
  const every = Math.max(1, Math.round(steps / 10));
  const started = performance.now();
  return {
    update(step, loss, rate) {
      if (step % every !== 0 && step !== steps) return;
      const left = ((performance.now() - started) / 1000 / step) * (steps - step);
      console.log(
        `step ${step}/${steps} | loss ${loss.toFixed(3)} | ${rate.toFixed(0)} names/s | ${left.toFixed(0)} s left`,
      );
    },
    stop() {},
  };
}
