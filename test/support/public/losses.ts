// Rows of the losses.
import { ACROSS, ALONG, C, type Case, N, type Size } from "./case.js";
import { axis, dLoss, type Entry, type Kinds, matrixShape } from "./entry.js";
import { boolean, floats, indices, integer, type Kind, none, number, oneOf, optional, out, sc } from "./kinds.js";

const { POSITIVE_INFINITY: INF } = Number;

/** What all losses take: so many of them, the gradient that of an argument. */
const common = (count: Size, of: string, ...reductions: string[]): Kinds => ({
  reduction: oneOf("none", "mean", "sum", ...reductions),
  dLoss: dLoss(count),
  emptyReduction: oneOf("nan", "zero"),
  gradient: boolean,
  out: out(N, of),
});
/** The number of classes, which are along the axis of a shape. */
const count: Kind = {
  ...integer(
    () => [],
    (c) => [-1, ALONG(c) + 1],
  ),
  optional: true,
  given: (c) => c.made.shape !== undefined,
  make: ALONG,
  sized: true,
};
const classes = (of: string, ...reductions: string[]): Kinds => ({
  shape: matrixShape(of),
  classes: count,
  axis,
  ...common(ACROSS, of, ...reductions),
});
const gamma = optional(number([0, 2, 0.5], [-0.1, INF]));
const margin = optional(number([0, 1, 0.5], [-1, INF]));
const anyMargin = optional(number([0, 1, -0.5], [INF, -INF]));
const weights = optional(floats(ALONG));
const ignored = {
  weight: weights,
  ignoreIndex: optional(
    integer(
      () => [-100, 0],
      () => [2 ** 31],
    ),
  ),
};
const targets = indices(ACROSS, ALONG);
const probabilities = floats(N, { integers: true });
/** Class indices, or probabilities of the shape of the logits. */
const either: Kind = {
  ...targets,
  make: (c) => (c.random.below(2) ? targets.make(c) : probabilities.make(c)),
  wrong: (c) => {
    const [kind, other] = c.made.targets instanceof Int32Array ? [targets, Float32Array] : [probabilities, Int32Array];
    // a number is one index
    return kind.wrong(c).filter(({ value }) => !(value instanceof other) && typeof value !== "number");
  },
};
/** With class indices only. */
const ofIndices: Kind = {
  ...ignored.ignoreIndex,
  given: (c) => c.made.targets instanceof Int32Array && c.random.below(2) === 0,
};
const x = floats(N, { lengths: none });
const signs = floats(N, { each: (random) => 2 * random.below(2) - 1, not: [0, Number.NaN, 2] });
const shares = floats(N, { each: (random) => random.uniform(), not: [-0.1, Number.NaN, 1.1] });
/** As long as a row. */
const repeated = optional(floats(C, { lengths: (c: Case) => [0, N(c) + 1] }));

// biome-ignore format: rows
export const LOSSES: Entry[] = [
  { on: "module", name: "crossEntropy", args: { sc, logits: floats(N), targets: either }, options: {
    weight: weights, ignoreIndex: ofIndices, labelSmoothing: optional(number([0, 0.1, 1], [-0.1, 1.1])),
    zLoss: optional(number([0, 1e-3, 1], [-1, INF])), ...classes("logits") }, like: "logits" },
  { on: "module", name: "mse", args: { sc, x, target: floats(N) }, options: common(N, "x"), like: "x" },
  { on: "module", name: "hinge", args: { sc, x, y: signs }, options: { margin, ...common(N, "x") }, like: "x" },
  { on: "module", name: "squaredHinge", args: { sc, x, y: signs }, options: { margin, ...common(N, "x") }, like: "x" },
  { on: "module", name: "bceWithLogits", args: { sc, logits: floats(N), targets: floats(N) },
    options: { shape: matrixShape("logits"), weight: repeated, posWeight: repeated, ...common(N, "logits") }, like: "logits" },
  { on: "module", name: "sigmoidFocal", args: { sc, logits: x, targets: shares },
    options: { alpha: optional(number([0.25, 1, -1], [1.1, -INF])), gamma, ...common(N, "logits") }, like: "logits" },
  { on: "module", name: "nll", args: { sc, logProbs: floats(N), targets },
    options: { ...ignored, ...classes("logProbs") }, like: "logProbs" },
  { on: "module", name: "focal", args: { sc, logits: floats(N), targets },
    options: { gamma, ...ignored, ...classes("logits") }, like: "logits" },
  { on: "module", name: "multiMargin", args: { sc, x: floats(N), targets }, options: {
    p: optional(integer(() => [1, 2], () => [0, 3])), margin: anyMargin, weight: weights, ...classes("x") }, like: "x" },
  { on: "module", name: "entropy", args: { sc, logits: floats(N) }, options: classes("logits"), like: "logits" },
  { on: "module", name: "klDivergence", args: { sc, logits: floats(N), target: floats(N) }, options: {
    "options.target": oneOf("probabilities", "logits"), ...classes("logits", "batchMean") }, like: "logits" },
];
