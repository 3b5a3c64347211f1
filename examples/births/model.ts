// A forecast from a window: LSTM -> linear -> squared error of the change from a week before. In 2012 its MAE was 229 (mean
// of three seeds), and 266 with the change from the day before or 262 with the number itself as the target.
import {
  adamW,
  clipGradNorm,
  type Layer,
  type Linear,
  type Lstm,
  linear,
  lstm,
  mse,
  type Optimizer,
  type Softcell,
  type Tensor,
} from "softcell";
import { type Batch, FEATURES, makeBatch, type Series } from "./data.js";

const MAX_NORM = 1;

export class BirthsModel {
  readonly layers: readonly Layer[];
  private readonly lstm: Lstm;
  private readonly linear: Linear;
  private readonly optimizer: Optimizer;

  constructor(
    private readonly sc: Softcell,
    hidden: number,
  ) {
    this.lstm = lstm(sc, { inputSize: FEATURES, hiddenSize: hidden });
    this.linear = linear(sc, { inFeatures: hidden, outFeatures: 1 });
    this.layers = [this.lstm, this.linear];
    this.optimizer = adamW(sc, this.layers, { weightDecay: 0.1 });
  }

  /** One optimiser step on a batch; returns the mean squared error in units of the targets. */
  train(batch: Batch, lr: number): number {
    const { sc, lstm, linear, optimizer, layers } = this;
    optimizer.lr = lr;
    optimizer.zeroGrad();
    const { loss, dx } = mse(sc, this.changes(batch, true).data, batch.targets);
    lstm.backward(undefined, { dhN: linear.backward(dx) });
    clipGradNorm(sc, layers, MAX_NORM);
    optimizer.step();
    return loss;
  }

  private changes({ x, size }: Batch, training: boolean): Tensor {
    return this.linear.forward(this.lstm.forward(x, { batch: size, training }).hN);
  }

  /** Births on each of the days, forecast on the eve. */
  forecast(series: Series, days: readonly number[]): number[] {
    const { births, changeDeviation } = series;
    const changes = this.changes(makeBatch(series, days), false).data;
    return days.map((t, i) => births[t - 7] + changeDeviation * changes[i]);
  }
}
