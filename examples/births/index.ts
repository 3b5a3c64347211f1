// npm run example:births: how many children will be born tomorrow? An LSTM forecasts a daily series.
import { Command } from "commander";
import { type BackendName, init, oneCycleSchedule } from "softcell";
import { lineChart } from "../chart.js";
import { fingerprint } from "../fingerprint.js";
import { trainingLoop } from "../loop.js";
import { backendOption, exitWithTwo, run, whole } from "../options.js";
import { batches, loadSeries, type Series } from "./data.js";
import { BirthsModel } from "./model.js";
import { chart, errors, type Forecast, naive } from "./report.js";

const BATCH = 32;
const LEARNING_RATE = 0.01;

interface Options {
  steps: number;
  hidden: number;
  seed: number;
  backend: "auto" | BackendName;
  svg?: string;
}

const program = new Command("npm run example:births --")
  .description("Trains an LSTM to forecast the births of the next day in the United States.")
  .option("--steps <n>", "optimiser steps", whole(1, 1_000_000), 3000)
  .option("--hidden <n>", "hidden size of the LSTM", whole(1, 4096), 64)
  .option("--seed <n>", "of the weights and the order", whole(0, 2 ** 31 - 1), 1)
  .addOption(backendOption())
  .option("--svg <file>", "write the picture of a longer part of the forecast")
  .allowExcessArguments(false)
  .exitOverride(exitWithTwo);

/** Returns the losses by step. */
function train(model: BirthsModel, series: Series, { steps, seed }: Options): [number, number][] {
  const rate = oneCycleSchedule(LEARNING_RATE, { steps });
  const source = batches(series, BATCH, seed);
  return trainingLoop(steps, "windows", (step) => {
    return { loss: model.train(source.next().value, rate(step)), seen: BATCH };
  });
}

/** A line for each forecast, with the errors on both parts that are not trained on. */
function table(series: Series, forecasts: Record<string, Forecast>): string {
  const { validation, heldOut } = series;
  const lines = Object.entries(forecasts).map(([name, forecast]) => {
    const figures = [validation, heldOut].flatMap((days) => {
      const { mae, rmse } = errors(series, days, forecast(days));
      return [mae, rmse].map((error) => error.toFixed(0).padStart(6));
    });
    return `${name.padEnd(18)}${figures.slice(0, 2).join("")}      ${figures.slice(2).join("")}`;
  });
  const head = `${"births a day".padEnd(18)}   MAE  RMSE         MAE  RMSE`;
  return [`${"".padEnd(18)}  2012, chosen by    2013 and 2014, held out`, head, ...lines].join("\n");
}

async function main(options: Options): Promise<void> {
  const sc = await init({ backend: options.backend, seed: options.seed });
  const series = loadSeries();
  const { train: days, validation, heldOut } = series;
  console.log(
    `${days.length} days to train on, ${validation.length} to validate, ${heldOut.length} held out; backend ${sc.backend}`,
  );
  const model = new BirthsModel(sc, options.hidden);
  const loss = train(model, series, options);
  console.log(`\n${lineChart({ loss }, { title: "squared error of the scaled change", xLabel: "step" })}`);

  const forecasts = { LSTM: (days: readonly number[]) => model.forecast(series, days), ...naive(series) };
  console.log(`\n${table(series, forecasts)}`);
  const forecast = forecasts.LSTM(heldOut);
  console.log(`\n${chart(series, heldOut, forecast)}`);
  // half a second to load
  if (options.svg) (await import("./picture.js")).writeSvg(options.svg, series, heldOut, forecast);
  console.log(`\nfingerprint of the weights  ${fingerprint(model.layers)}`);
  sc.dispose();
}

await run(() => main(program.parse().opts<Options>()));
