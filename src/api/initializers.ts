import * as check from "../check.js";
import type { Lstm } from "../layers/lstm.js";
import type { LstmCell } from "../layers/lstm-cell.js";
import * as initialize from "../train/initialize.js";
import { generator, randomOf } from "../train/random.js";
import { LossesApi } from "./losses.js";

/**
 * Initial values of parameters, by the formulas of torch.nn.init; not its numbers, but the same ones on every engine
 * and backend. A target is a parameter (`linear.params.weight`), a tensor, an entry of a state dict or an array. Each
 * throws TypeError for a wrong kind and RangeError for a wrong value, or a shape that does not fit; nothing is written
 * then.
 */
export abstract class InitializersApi extends LossesApi {
  /**
   * Uniform in [low, high).
   *
   * @example
   * const weight = new Float32Array(4);
   * sc.fillUniform(weight, { low: -0.1, high: 0.1, seed: 1 });
   * weight; // -0.0817, 0.0012, 0.0776, -0.0025
   */
  fillUniform(target: initialize.Fillable, options: initialize.UniformOptions = {}): void {
    const checked = initialize.targetOf(this.heap, target);
    check.options("options", options, ["low", "high", "seed"]);
    const { low = 0, high = 1, seed } = options;
    initialize.finite("low", low);
    check.number("high", high, low, check.FLOAT32_MAX);
    initialize.fillUniform(checked, generator(randomOf(this), seed), low, high);
  }

  /**
   * Normal: mean + std times a standard normal in float64 (Karney 2016, arXiv 1303.6257), rounded once.
   *
   * @example
   * const weight = new Float32Array(4);
   * sc.fillNormal(weight, { std: 0.02, seed: 1 });
   * weight; // -0.0418, -0.0158, 0.0085, -0.0049
   */
  fillNormal(target: initialize.Fillable, options: initialize.NormalOptions = {}): void {
    const checked = initialize.targetOf(this.heap, target);
    check.options("options", options, ["mean", "std", "seed"]);
    const { mean = 0, std = 1, seed } = options;
    initialize.finite("mean", mean);
    initialize.atLeast0("std", std);
    initialize.fillNormal(checked, generator(randomOf(this), seed), mean, std);
  }

  /**
   * Always value.
   *
   * @example
   * const weight = new Float32Array(4);
   * sc.fillConstant(weight, 0.5);
   * weight; // 0.5, 0.5, 0.5, 0.5
   */
  fillConstant(target: initialize.Fillable, value: number): void {
    const { data } = initialize.targetOf(this.heap, target);
    data.fill(initialize.finite("value", value));
  }

  /**
   * 0.
   *
   * @example
   * const { weight } = sc.linear({ inFeatures: 2, outFeatures: 2 }).params;
   * sc.fillZeros(weight);
   * weight.data; // 0, 0, 0, 0
   */
  fillZeros(target: initialize.Fillable): void {
    initialize.targetOf(this.heap, target).data.fill(0);
  }

  /**
   * Uniform in +-gain sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); at least two axes, [out, in, ...].
   *
   * @example
   * const { weight } = sc.linear({ inFeatures: 2, outFeatures: 2 }).params;
   * sc.fillXavierUniform(weight, { seed: 1 });
   * weight.data; // -1.0004, 0.0152, 0.9509, -0.0312
   */
  fillXavierUniform(target: initialize.Fillable, options: initialize.GainOptions = {}): void {
    const { checked, gain, random } = this.withGain(target, options);
    const [fanIn, fanOut] = initialize.fans(checked.shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    initialize.fillUniform(checked, random, -bound, bound);
  }

  /**
   * Normal with the deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio 2010); at least two axes, [out, in,
   * ...].
   *
   * @example
   * const { weight } = sc.linear({ inFeatures: 2, outFeatures: 2 }).params;
   * sc.fillXavierNormal(weight, { seed: 1 });
   * weight.data; // -1.4772, -0.5602, 0.2993, -0.1742
   */
  fillXavierNormal(target: initialize.Fillable, options: initialize.GainOptions = {}): void {
    const { checked, gain, random } = this.withGain(target, options);
    const [fanIn, fanOut] = initialize.fans(checked.shape);
    initialize.fillNormal(checked, random, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
  }

  /**
   * Uniform in +-sqrt(6 / ((1 + negativeSlope^2) fan)) (He et al. 2015, arXiv 1502.01852), for what relu or leaky relu
   * follows; at least two axes, [out, in, ...].
   *
   * @example
   * const { weight } = sc.linear({ inFeatures: 2, outFeatures: 2 }).params;
   * sc.fillKaimingUniform(weight, { seed: 1 });
   * weight.data; // -1.4148, 0.0215, 1.3447, -0.0441
   */
  fillKaimingUniform(target: initialize.Fillable, options: initialize.KaimingOptions = {}): void {
    const checked = initialize.targetOf(this.heap, target);
    check.options("options", options, ["negativeSlope", "mode", "seed"]);
    const { negativeSlope = 0, mode = "fanIn", seed } = options;
    initialize.finite("negativeSlope", negativeSlope);
    check.oneOf("mode", mode, ["fanIn", "fanOut"]);
    const [fanIn, fanOut] = initialize.fans(checked.shape);
    const fan = mode === "fanIn" ? fanIn : fanOut;
    const bound = Math.sqrt(6 / ((1 + negativeSlope * negativeSlope) * fan));
    initialize.fillUniform(checked, generator(randomOf(this), seed), -bound, bound);
  }

  /**
   * Orthonormal rows, or columns where there are fewer of them, times gain (Saxe et al. 2013, arXiv 1312.6120), all
   * such matrices equally likely; at least two axes, the further ones joined to the columns.
   *
   * @example
   * const { weight } = sc.linear({ inFeatures: 2, outFeatures: 2 }).params;
   * sc.fillOrthogonal(weight, { seed: 1 });
   * weight.data; // -0.935, -0.3546, 0.3546, -0.935
   */
  fillOrthogonal(target: initialize.Fillable, options: initialize.GainOptions = {}): void {
    const { checked, gain, random } = this.withGain(target, options);
    initialize.fillOrthogonal(checked, random, gain);
  }

  /**
   * The biases of all forget gates of an LSTM, or of a cell, to `value`, 1 by default, so that it remembers at first
   * (Jozefowicz et al. 2015): that in bias_ih, and 0 in bias_hh.
   *
   * @example
   * const layer = sc.lstm({ inputSize: 2, hiddenSize: 1 });
   * sc.fillForgetBias(layer);
   * layer.params.bias_ih_l0.data[1]; // 1
   */
  fillForgetBias(lstm: Lstm | LstmCell, value = 1): void {
    initialize.fillForgetBias(this.heap, lstm, value);
  }

  private withGain(target: initialize.Fillable, options: initialize.GainOptions) {
    const checked = initialize.targetOf(this.heap, target);
    check.options("options", options, ["gain", "seed"]);
    const { gain = 1, seed } = options;
    initialize.finite("gain", gain);
    initialize.twoAxes(checked.shape);
    return { checked, gain, random: generator(randomOf(this), seed) };
  }
}
