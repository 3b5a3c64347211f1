// One conversion for all systems, which differ in their layouts.
import * as check from "../check.js";
import type { StateEntry } from "../layers/parameters.js";
import { type Arrays, arraysOf, entriesOf, newArrays } from "./arrays.js";
import { copyParameters } from "./gates.js";
import { type Layout, STATE } from "./layouts.js";

/** Which layer and direction of a state dict is meant. */
export interface WeightsOptions {
  /** The layer in the names of the state dict, as in weight_ih_l0. Default 0. */
  layer?: number;
  /** "reverse": the names end in _reverse. Default "forward". */
  direction?: "forward" | "reverse";
}

/** The same for a system that adds to the forget gate. */
export interface ForgetBiasOptions extends WeightsOptions {
  /** What the other system adds to the bias of the forget gate at run time. Default 1. */
  forgetBias?: number;
}

/** Which layer and directions of a state dict are meant. */
export interface BidirectionalWeightsOptions {
  /** The layer in the names of the state dict, as in weight_ih_l0. Default 0. */
  layer?: number;
  /** "reverse": the names end in _reverse; "bidirectional": those of the second. Default: what shapes or names say. */
  direction?: "forward" | "reverse" | "bidirectional";
}

type Direction = NonNullable<BidirectionalWeightsOptions["direction"]>;

const ENDS: Record<Direction, readonly string[]> = {
  forward: [""],
  reverse: ["_reverse"],
  bidirectional: ["", "_reverse"],
};
const STATE_NAME = /^(weight_(ih|hh|hr|ch)|bias_(ih|hh))_l\d+(_reverse)?$/;

/** One layer of a state dict from the arrays of a system. */
export function importLstm(layout: Layout, weights: unknown, options: unknown): Record<string, StateEntry> {
  const { layer, direction, forgetBias } = settings(layout, options);
  const names = Object.keys(layout.shapes({ D: 1, I: 1, H: 1 }));
  const values = check.options<Record<string, unknown>>("weights", weights as Record<string, unknown>, names);
  const given = arraysOf(layout, values, (name) => `weights.${name}`, direction && ENDS[direction].length);
  const { D, I, H } = given.sizes;
  const places = layout.places(given.sizes);
  const parameters = Object.entries(places).flatMap(([name, { array }]) => (array in given.data ? name : []));
  if (parameters.includes("bias_ih")) parameters.push("bias_hh");

  const state: Record<string, StateEntry> = {};
  for (const [d, end] of ENDS[direction ?? (D === 2 ? "bidirectional" : "forward")].entries()) {
    const own = newArrays(STATE, { D: 1, I, H }, parameters);
    copyParameters({ layout: STATE, arrays: own, direction: 0 }, { layout, arrays: given, direction: d });
    if (!places.bias_hh) own.data.bias_hh?.fill(forgetBias, H, 2 * H);
    for (const [name, entry] of entriesOf(STATE, own)) state[`${name}_l${layer}${end}`] = entry;
  }
  return state;
}

/** The arrays of a system from one layer of a state dict. */
export function exportLstm(layout: Layout, state: unknown, options: unknown): Record<string, StateEntry> {
  const { layer, direction, forgetBias } = settings(layout, options);
  const names = namesOf(state);
  const has = (end: string): boolean => names.includes(`weight_ih_l${layer}${end}`);
  const there = has("_reverse") ? (has("") ? "bidirectional" : "reverse") : "forward";
  const ends = ENDS[direction ?? (layout.directions ? there : "forward")].map((end) => `_l${layer}${end}`);
  const given = stateOf(layout, state as Record<string, unknown>, names, ends);
  const sizes = { ...given[0].sizes, D: ends.length };

  const places = layout.places(sizes);
  const used = Object.entries(places).flatMap(([name, { array }]) => (name in given[0].data ? array : []));
  const arrays = newArrays(layout, sizes, [...layout.required, ...used]);
  for (const [d, { data }] of given.entries()) {
    if (!places.bias_hh) data.bias_ih = oneBias(data, sizes.H, forgetBias);
    copyParameters({ layout, arrays, direction: d }, { layout: STATE, arrays: given[d], direction: 0 });
  }
  return Object.fromEntries(entriesOf(layout, arrays));
}

interface Settings {
  layer?: number;
  direction?: Direction;
  forgetBias?: number;
}

function settings(layout: Layout, options: unknown) {
  const keys = ["layer", "direction", ...(layout.forgetBias === undefined ? [] : ["forgetBias"])];
  const given = check.options("options", options as Settings | undefined, keys);
  const { layer = 0, direction, forgetBias = layout.forgetBias ?? 0 } = given;
  check.integer("layer", layer, 0);
  const directions = (Object.keys(ENDS) as Direction[]).slice(0, layout.directions ? 3 : 2);
  if (direction !== undefined) check.oneOf("direction", direction, directions);
  check.number("forgetBias", forgetBias, -check.FLOAT32_MAX, check.FLOAT32_MAX);
  return { layer, direction, forgetBias: Math.fround(forgetBias) };
}

function namesOf(state: unknown): string[] {
  if (typeof state !== "object" || state === null || Array.isArray(state) || ArrayBuffer.isView(state)) {
    throw new TypeError(`"state" expected an object of arrays, got ${check.show(state)}`);
  }
  const names = Object.keys(state);
  const other = names.find((name) => !STATE_NAME.test(name));
  if (other !== undefined) throw new RangeError(`"state" expected the names of an LSTM, got ${check.show(other)}`);
  return names;
}

/** The parameters of each direction, whose names end so; all have the same, in the same sizes. */
function stateOf(layout: Layout, state: Record<string, unknown>, names: string[], ends: string[]): Arrays[] {
  const has = (name: string): boolean => ends.some((end) => names.includes(name + end));
  const foreign = ["weight_hr", "weight_ch"].filter((name) => !(name in layout.places({ D: 1, I: 1, H: 1 })));
  const surplus = foreign.find(has);
  if (surplus) throw new RangeError(`"state" expected no projection or peepholes, got ${surplus}`);
  const keys = ["weight_ih", "weight_hh"];
  if (has("bias_ih") || has("bias_hh")) keys.push("bias_ih", "bias_hh");
  if (has("weight_ch")) keys.push("weight_ch");
  const expected = ends.flatMap((end) => keys.map((key) => key + end));
  if (!expected.every((name) => names.includes(name))) {
    throw new RangeError(`"state" expected ${expected.join(", ")}, got ${names.join(", ")}`);
  }
  const all = ends.map((end) => {
    const values = Object.fromEntries(keys.map((key) => [key, state[key + end]]));
    return arraysOf(STATE, values, (name) => `state.${name}${end}`, 1);
  });
  const [{ sizes: first }, { sizes: last }] = [all[0], all[all.length - 1]];
  if (first.I !== last.I || first.H !== last.H) {
    const show = ({ I, H }: typeof first): string => `[${4 * H},${I}]`;
    throw new RangeError(`"state.weight_ih${ends[1]}" expected shape ${show(first)}, got ${show(last)}`);
  }
  return all;
}

/** The sum of both, less what is added at run time: rounded once, and exact where bias_hh is just that. */
function oneBias(data: Arrays["data"], H: number, forgetBias: number): Float32Array {
  const { bias_ih = new Float32Array(4 * H), bias_hh = new Float32Array(4 * H) } = data;
  const bias = bias_ih.slice();
  bias_hh.forEach((v, k) => {
    const more = k >= H && k < 2 * H ? v - forgetBias : v;
    // not 0, for -0 and the payload of a NaN
    if (more !== 0) bias[k] += more;
  });
  return bias;
}
