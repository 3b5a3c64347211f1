import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  update(step: number, figure: number, perSecond: number): void;
  stop(): void;
}

/** What is shown: "training", the figure "loss", the unit "names". */
export interface ProgressNames {
  title?: string;
  figure?: string;
  unit: string;
}

/** A bar with step, figure, units a second and the time left; where the output is no terminal, a line for each tenth. */
export function progressBar(steps: number, { title = "training", figure = "loss", unit }: ProgressNames): Progress {
  return process.stdout.isTTY ? terminalBar(steps, title, figure, unit) : plainLines(steps, figure, unit);
}

function terminalBar(steps: number, title: string, figure: string, unit: string): Progress {
  const format = `${title} {bar} {value}/{total} | ${figure} {now} | {rate} ${unit}/s | {eta_formatted} left`;
  const options = { format, stream: process.stdout, hideCursor: true, etaBuffer: 50 };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(steps, 0, { now: "-", rate: "-" });
  return {
    update: (step, now, rate) => bar.update(step, { now: now.toFixed(3), rate: rate.toFixed(0) }),
    stop: () => bar.stop(),
  };
}

function plainLines(steps: number, figure: string, unit: string): Progress {
  const every = Math.max(1, Math.round(steps / 10));
  const started = performance.now();
  return {
    update(step, now, rate) {
      if (step % every !== 0 && step !== steps) return;
      const left = ((performance.now() - started) / 1000 / step) * (steps - step);
      console.log(
        `step ${step}/${steps} | ${figure} ${now.toFixed(3)} | ${rate.toFixed(0)} ${unit}/s | ${left.toFixed(0)} s left`,
      );
    },
    stop() {},
  };
}
