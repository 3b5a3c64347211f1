// Groups of parameters: the same bits as an optimiser of its own for each parameter.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import {
  embedding,
  type Layer,
  linear,
  lstm,
  type Optimizer,
  type ParameterGroup,
  type Softcell,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import { Random } from "../support/random.js";

type Options = { lr: number } & Record<string, unknown>;
type Group = ParameterGroup & Partial<Options>;
type Name = "sgd" | "adam" | "adamW" | "rmsprop";

const OWN: Record<Name, Record<string, unknown>[]> = {
  sgd: [{ momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { dampening: 0.5, momentum: 0.3 }],
  adam: [{ amsgrad: true }, { betas: [0.5, 0.6] }, { eps: 0.1 }],
  adamW: [{ weightDecay: 0 }, { amsgrad: true, betas: [0.5, 0.6] }],
  rmsprop: [{ centered: true }, { momentum: 0.9 }, { epsInsideRoot: true, eps: 0.1 }, { alpha: 0.5 }],
};

function networkOf(sc: Softcell): [Layer, Layer] {
  const options = { inputSize: 3, hiddenSize: 5, numLayers: 2, peepholes: true };
  return [lstm(sc, options), linear(sc, { inFeatures: 5, outFeatures: 2 })];
}

function drawGroups(random: Random, name: Name, layers: readonly Layer[]): Group[] {
  const choose = <T>(choices: readonly T[]): T => choices[random.below(choices.length)];
  const all: Group[] = [
    { names: /bias/ },
    { names: ["weight_hh_l0", "bias_ih_l1"] },
    { names: /_l1$/g, layers: layers[0] },
    { layers: layers[1] },
    { layers: [layers[0]], names: ["weight_ch_l0"] },
    {},
  ];
  const drawn = all.filter(() => random.below(2) === 0);
  return drawn.map((group) => ({
    ...group,
    ...choose([...OWN[name], {}]),
    lr: choose([undefined, 0, 0.3]),
    weightDecay: choose([undefined, 0, 0.2]),
  }));
}

/** The options that a parameter has: those of the first group that takes it. */
function optionsOf(options: Options, groups: readonly Group[], layer: Layer, name: string): Options {
  const group = groups.find(({ layers, names }) => {
    const from = layers === undefined || [layers].flat().includes(layer);
    return from && (names === undefined || (names instanceof RegExp ? name.match(names) : names.includes(name)));
  });
  const { layers: _, names: __, ...own } = group ?? {};
  return {
    ...options,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  } as Options;
}

function drawGradients(random: Random, layers: readonly Layer[]): void {
  for (const layer of layers) for (const { grad } of Object.values(layer.params)) grad.set(random.normals(grad.length));
}

describeEach(["strict", "relaxed", "js"], (target) => {
  test.each(Object.keys(OWN) as Name[])("%s is one of its own for each parameter", (name) => {
    const random = new Random(7);
    let cases = 0;
    for (let run = 0; run < 30; run++) {
      const sc = open(target);
      const layers = networkOf(sc);
      const groups = drawGroups(random, name, layers);
      const options: Options = { lr: 0.1, weightDecay: 0.05 };
      const make = (): Optimizer => softcell[name](sc, layers, { ...options, groups });
      let optimizer: Optimizer;
      try {
        optimizer = make();
      } catch (error) {
        expect(String(error)).toMatch(/expected parameters that no group before it takes/);
        continue;
      }
      cases++;
      const alone = layers.flatMap((layer) =>
        Object.entries(layer.params).map(([parameter, { data, length }]) => {
          const single = embedding(sc, { numEmbeddings: length, embeddingDim: 1 });
          single.params.weight.data.set(data);
          const own = optionsOf(options, groups, layer, parameter);
          return { layer, parameter, single, optimizer: softcell[name](sc, single, own) };
        }),
      );
      for (let step = 0; step < 4; step++) {
        drawGradients(random, layers);
        for (const { layer, parameter, single } of alone) {
          single.params.weight.grad.set((layer as softcell.Linear).params[parameter as "weight"].grad);
        }
        if (step === 2) {
          const state = optimizer.stateDict();
          optimizer.dispose();
          optimizer = make();
          optimizer.loadStateDict(state);
        }
        optimizer.step();
        for (const each of alone) each.optimizer.step();
        for (const { layer, parameter, single } of alone) {
          const got = (layer as softcell.Linear).params[parameter as "weight"].data;
          expect([...got], `${parameter} after step ${step}`).toEqual([...single.params.weight.data]);
        }
      }
    }
    expect(cases).toBeGreaterThan(5);
  });
});

describe("learning rates", () => {
  const net = () => {
    const sc = open("js");
    const layer = linear(sc, { inFeatures: 1, outFeatures: 1 });
    for (const { data, grad } of Object.values(layer.params)) [data[0], grad[0]] = [0, 1];
    return { sc, layer, values: () => [layer.params.weight.data[0], layer.params.bias.data[0]] };
  };

  test("a group without one follows the optimiser, until it gets one", () => {
    const { sc, layer, values } = net();
    const optimizer = softcell.sgd(sc, layer, { lr: 1, groups: [{ names: /bias/, weightDecay: 0 }] });
    optimizer.lr = 0.5;
    expect(optimizer.groups[0].lr).toBe(0.5);
    optimizer.step();
    expect(values()).toEqual([-0.5, -0.5]);
    optimizer.groups[0].lr = 0.25;
    optimizer.step();
    expect(values()).toEqual([-1, -0.75]);
    optimizer.lr = 1;
    optimizer.step();
    expect(values()).toEqual([-2, -1]);
  });

  test.each([-1, Number.NaN, "1"])("%s is refused, and nothing changes", (wrong) => {
    const { sc, layer, values } = net();
    const optimizer = softcell.adam(sc, layer, { groups: [{ names: /bias/, lr: 0.1 }] });
    optimizer.groups[0].lr = wrong as number;
    expect(() => optimizer.step()).toThrow(`"groups[0].lr" expected`);
    expect(values()).toEqual([0, 0]);
    expect(optimizer.stateDict().step.data[0]).toBe(0);
  });
});

test("no weight decay for biases, as the guide has it", () => {
  const sc = open("strict");
  const layers = networkOf(sc);
  const before = layers.map((layer) => layer.stateDict());
  softcell.adamW(sc, layers, { lr: 0.5, weightDecay: 0.5, groups: [{ names: /bias/, weightDecay: 0 }] }).step();
  layers.forEach((layer, i) => {
    for (const [name, { data }] of Object.entries(layer.stateDict())) {
      const want = before[i][name].data.map((value) => (name.includes("bias") ? value : 0.75 * value));
      expect([...data], name).toEqual([...want]);
    }
  });
});
