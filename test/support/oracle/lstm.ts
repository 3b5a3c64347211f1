// What an LSTM should compute, with every option: naive float64, one step of one sequence after the other. Parameters have
// PyTorch's names, weight_ch_lk are the peepholes [3H] of the gates i f o. Imports nothing, as kernels.ts.

type Numbers = ArrayLike<number>;

/** A function of ONNX, with both parameters even where it has none. */
export interface Activation {
  name: string;
  alpha: number;
  beta: number;
}

export interface LstmOptions {
  inputSize: number;
  hiddenSize: number;
  numLayers?: number;
  direction?: "forward" | "reverse" | "bidirectional";
  /** The width P of h, which is weight_hr times what it were without; 0 for H. */
  projSize?: number;
  /** What enters the gates is kept in +-clip. */
  clip?: number;
  /** f = 1 - i */
  inputForget?: boolean;
  /** The functions f of the gates, g of the candidate, h of the cell, for each direction. */
  activations?: readonly (readonly Activation[])[];
}

export interface Lstm extends LstmOptions {
  T: number;
  B: number;
  /** [T][B][inputSize] */
  x: Numbers;
  /** [numLayers x directions][B][P] and [H] */
  h0: Numbers;
  c0: Numbers;
  /** Valid steps of each sequence; none: T. */
  lengths?: Numbers;
  parameters: Readonly<Record<string, Numbers>>;
  /** What layer k is given where it is not exactly the output of layer k - 1. */
  inputs?: readonly Numbers[];
  /** What layer k gets back where it is not exactly what layer k + 1 gives. */
  upstreams?: readonly Numbers[];
}

/** One layer and direction. */
interface Unit {
  suffix: string;
  reverse: boolean;
  /** The width of its input. */
  I: number;
  functions: readonly Activation[];
}

/** What backward needs of one sequence at one step. */
interface Step {
  h0: Float64Array;
  c0: Float64Array;
  c: Float64Array;
  /** What enters i f g o, [4][H], before it is clipped. */
  z: Float64Array;
  i: Float64Array;
  f: Float64Array;
  g: Float64Array;
  o: Float64Array;
  /** h(c) */
  t: Float64Array;
  /** o h(c) */
  m: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Each function with its slope, and where that jumps. */
const FUNCTIONS: Record<string, (x: number, a: number, b: number) => { y: number; slope: number; knots?: number[] }> = {
  Relu: (x) => ({ y: Math.max(x, 0), slope: x > 0 ? 1 : 0, knots: [0] }),
  Tanh: (x) => ({ y: Math.tanh(x), slope: 1 - Math.tanh(x) ** 2 }),
  Sigmoid: (x) => ({ y: sigmoid(x), slope: sigmoid(x) * sigmoid(-x) }),
  Affine: (x, a, b) => ({ y: a * x + b, slope: a }),
  LeakyRelu: (x, a) => ({ y: x >= 0 ? x : a * x, slope: x >= 0 ? 1 : a, knots: [0] }),
  ThresholdedRelu: (x, a) => ({ y: x >= a ? x : 0, slope: x >= a ? 1 : 0, knots: [a] }),
  ScaledTanh: (x, a, b) => ({ y: a * Math.tanh(b * x), slope: a * b * (1 - Math.tanh(b * x) ** 2) }),
  HardSigmoid: (x, a, b) => {
    const line = a * x + b;
    return { y: Math.min(Math.max(line, 0), 1), slope: line > 0 && line < 1 ? a : 0, knots: [-b / a, (1 - b) / a] };
  },
  Elu: (x, a) => ({ y: x >= 0 ? x : a * Math.expm1(x), slope: x >= 0 ? 1 : a * Math.exp(x), knots: [0] }),
  Softsign: (x) => ({ y: x / (1 + Math.abs(x)), slope: 1 / (1 + Math.abs(x)) ** 2 }),
  Softplus: (x) => ({ y: Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slope: sigmoid(x) }),
};

const USUAL = ["Sigmoid", "Tanh", "Tanh"].map((name) => ({ name, alpha: 0, beta: 0 }));

const apply = ({ name, alpha, beta }: Activation, x: number) => FUNCTIONS[name](x, alpha, beta);

/** The sizes of everything, and the units in the order of their states. */
export function shapeOf(p: LstmOptions) {
  const { inputSize, hiddenSize: H, numLayers = 1, direction = "forward", projSize = 0 } = p;
  const P = projSize || H;
  const ways = { forward: [false], reverse: [true], bidirectional: [false, true] }[direction];
  const width = ways.length * P;
  const layers = Array.from({ length: numLayers }, (_, k) =>
    ways.map((reverse, d): Unit => {
      const suffix = `_l${k}${reverse ? "_reverse" : ""}`;
      return { suffix, reverse, I: k === 0 ? inputSize : width, functions: p.activations?.[d] ?? USUAL };
    }),
  );
  return { H, P, width, layers, units: numLayers * ways.length };
}

/** Steps of sequence b in the order in which a unit takes them. */
function stepsOf(p: Lstm, { reverse }: Unit, b: number): number[] {
  const steps = Array.from({ length: p.lengths ? p.lengths[b] : p.T }, (_, t) => t);
  return reverse ? steps.reverse() : steps;
}

const clipped = (p: Lstm, z: number): number => Math.min(Math.max(z, -(p.clip ?? Infinity)), p.clip ?? Infinity);

/** What enters row `row` of the gates, without peepholes. */
function entering(p: Lstm, { suffix, I }: Unit, row: number, x: Numbers, xAt: number, h: Numbers): number {
  const { [`bias_ih${suffix}`]: bih, [`bias_hh${suffix}`]: bhh } = p.parameters;
  const { [`weight_ih${suffix}`]: wih, [`weight_hh${suffix}`]: whh } = p.parameters;
  let z = (bih ? bih[row] : 0) + (bhh ? bhh[row] : 0);
  for (let k = 0; k < I; k++) z += wih[row * I + k] * x[xAt + k];
  for (let k = 0; k < h.length; k++) z += whh[row * h.length + k] * h[k];
  return z;
}

/** One step of one sequence from (h0, c0); h is m, or weight_hr m. */
function step(p: Lstm, unit: Unit, x: Numbers, xAt: number, h0: Float64Array, c0: Float64Array) {
  const { hiddenSize: H } = p;
  const [gate, candidate, cell] = unit.functions;
  const { [`weight_ch${unit.suffix}`]: wch, [`weight_hr${unit.suffix}`]: whr } = p.parameters;
  const s: Step = {
    h0,
    c0,
    ...Object.fromEntries(["c", "i", "f", "g", "o", "t", "m"].map((name) => [name, new Float64Array(H)])),
  } as Step;
  s.z = Float64Array.from({ length: 4 * H }, (_, row) => entering(p, unit, row, x, xAt, h0));
  for (let j = 0; j < H; j++) {
    if (wch) s.z[j] += wch[j] * c0[j];
    if (wch) s.z[H + j] += wch[H + j] * c0[j];
    s.i[j] = apply(gate, clipped(p, s.z[j])).y;
    s.f[j] = p.inputForget ? 1 - s.i[j] : apply(gate, clipped(p, s.z[H + j])).y;
    s.g[j] = apply(candidate, clipped(p, s.z[2 * H + j])).y;
    s.c[j] = s.f[j] * c0[j] + s.i[j] * s.g[j];
    if (wch) s.z[3 * H + j] += wch[2 * H + j] * s.c[j];
    s.o[j] = apply(gate, clipped(p, s.z[3 * H + j])).y;
    s.t[j] = apply(cell, s.c[j]).y;
    s.m[j] = s.o[j] * s.t[j];
  }
  const h = Float64Array.from({ length: h0.length }, (_, r) =>
    whr ? s.m.reduce((sum, m, j) => sum + whr[r * H + j] * m, 0) : s.m[r],
  );
  return { s, h };
}

/**
 * output [T][B][directions x P], hN [units][B][P], cN [units][B][H], the outputs and inputs of each layer, and the steps of
 * all, of which `steps[u][t B + b]` belongs to unit u. Beyond its length a sequence has the output 0.
 */
export function lstm(p: Lstm) {
  const { T, B } = p;
  const { H, P, width, layers } = shapeOf(p);
  const [hN, cN] = [Float64Array.from(p.h0), Float64Array.from(p.c0)];
  const steps: Step[][] = [];
  const inputs: Numbers[] = [];
  const outputs: Float64Array[] = [];
  for (const [k, units] of layers.entries()) {
    inputs[k] = k === 0 ? p.x : (p.inputs?.[k] ?? outputs[k - 1]);
    outputs[k] = new Float64Array(T * B * width);
    for (const [d, unit] of units.entries()) {
      const u = steps.push([]) - 1;
      for (let b = 0; b < B; b++) {
        const at = u * B + b;
        let h: Float64Array = hN.slice(at * P, (at + 1) * P);
        let c: Float64Array = cN.slice(at * H, (at + 1) * H);
        for (const t of stepsOf(p, unit, b)) {
          const next = step(p, unit, inputs[k], (t * B + b) * unit.I, h, c);
          steps[u][t * B + b] = next.s;
          [h, c] = [next.h, next.s.c];
          outputs[k].set(h, (t * B + b) * width + d * P);
        }
        hN.set(h, at * P);
        cN.set(c, at * H);
      }
    }
  }
  return { output: outputs[layers.length - 1], hN, cN, outputs, inputs, steps };
}

/** The gradient of what enters the gates [4][H] of one step, dc of the step before in place; peepholes get theirs. */
function stepBackward(
  p: Lstm,
  unit: Unit,
  s: Step,
  dm: Float64Array,
  dc: Float64Array,
  dwch: Float64Array,
): Float64Array {
  const { hiddenSize: H } = p;
  const [gate, candidate, cell] = unit.functions;
  const wch = p.parameters[`weight_ch${unit.suffix}`];
  const dz = new Float64Array(4 * H);
  for (let j = 0; j < H; j++) {
    const slope = (row: number, f: Activation): number =>
      Math.abs(s.z[row * H + j]) > (p.clip ?? Infinity) ? 0 : apply(f, s.z[row * H + j]).slope;
    const out = apply(cell, s.c[j]);
    dz[3 * H + j] = dm[j] * out.y * slope(3, gate);
    dc[j] += dm[j] * s.o[j] * out.slope;
    if (wch) dc[j] += dz[3 * H + j] * wch[2 * H + j];
    const df = dc[j] * s.c0[j];
    dz[j] = (dc[j] * s.g[j] - (p.inputForget ? df : 0)) * slope(0, gate);
    dz[H + j] = p.inputForget ? 0 : df * slope(1, gate);
    dz[2 * H + j] = dc[j] * s.i[j] * slope(2, candidate);
    dc[j] *= s.f[j];
    if (!wch) continue;
    dc[j] += dz[j] * wch[j] + dz[H + j] * wch[H + j];
    dwch[j] += dz[j] * s.c0[j];
    dwch[H + j] += dz[H + j] * s.c0[j];
    dwch[2 * H + j] += dz[3 * H + j] * s.c[j];
  }
  return dz;
}

/**
 * The gradients from dOutput, dhN and dcN, of the shapes of the outputs. `dxs` are those of the inputs of all layers, `terms`
 * the absolute values that the directions add up in them.
 */
export function lstmBackward(p: Lstm, dOutput: Numbers, dhN: Numbers, dcN: Numbers) {
  const { T, B } = p;
  const { P, width, layers } = shapeOf(p);
  const { inputs, steps } = lstm(p);
  const [dh0, dc0] = [Float64Array.from(dhN), Float64Array.from(dcN)];
  const parameters: Record<string, Float64Array> = Object.fromEntries(
    Object.entries(p.parameters).map(([name, { length }]) => [name, new Float64Array(length)]),
  );
  const dxs: Float64Array[] = [];
  const terms: Float64Array[] = [];
  for (let k = layers.length - 1; k >= 0; k--) {
    const dy = p.upstreams?.[k] ?? dxs[k + 1] ?? dOutput;
    const { I } = layers[k][0];
    [dxs[k], terms[k]] = [new Float64Array(T * B * I), new Float64Array(T * B * I)];
    for (const [d, unit] of layers[k].entries()) {
      const u = k * layers[k].length + d;
      const own = unitBackward(
        p,
        unit,
        u,
        inputs[k],
        steps[u],
        (i, r) => dy[i * width + d * P + r],
        dh0,
        dc0,
        parameters,
      );
      own.forEach((v, i) => {
        dxs[k][i] += v;
        terms[k][i] += Math.abs(v);
      });
    }
  }
  return { dx: dxs[0], dh0, dc0, parameters, dxs, terms };
}

/** The gradient of the input of one unit; dh and dc of all units hold that of its last state, then of its first. */
function unitBackward(
  p: Lstm,
  unit: Unit,
  u: number,
  x: Numbers,
  steps: Step[],
  dy: (row: number, r: number) => number,
  dhs: Float64Array,
  dcs: Float64Array,
  gradients: Record<string, Float64Array>,
): Float64Array {
  const { T, B, hiddenSize: H } = p;
  const { suffix, I } = unit;
  const P = p.projSize || H;
  const names = ["weight_ih", "weight_hh", "weight_hr", "weight_ch", "bias_ih", "bias_hh"].map((name) => name + suffix);
  const [wih, whh, whr] = names.map((name) => p.parameters[name]);
  const [dwih, dwhh, dwhr, dwch, dbih, dbhh] = names.map((name) => gradients[name]);
  const dx = new Float64Array(T * B * I);
  for (let b = 0; b < B; b++) {
    const [dh, dc] = [
      dhs.subarray((u * B + b) * P, (u * B + b + 1) * P),
      dcs.subarray((u * B + b) * H, (u * B + b + 1) * H),
    ];
    for (const t of stepsOf(p, unit, b).reverse()) {
      const [row, s] = [t * B + b, steps[t * B + b]];
      dh.forEach((v, r) => {
        dh[r] = v + dy(row, r);
      });
      const dm = whr ? new Float64Array(H) : dh.slice();
      if (whr) {
        for (let r = 0; r < P; r++) {
          for (let j = 0; j < H; j++) {
            dm[j] += whr[r * H + j] * dh[r];
            dwhr[r * H + j] += dh[r] * s.m[j];
          }
        }
      }
      const dz = stepBackward(p, unit, s, dm, dc, dwch);
      dh.fill(0);
      for (let z = 0; z < 4 * H; z++) {
        if (dbih) dbih[z] += dz[z];
        if (dbhh) dbhh[z] += dz[z];
        for (let i = 0; i < I; i++) {
          dx[row * I + i] += dz[z] * wih[z * I + i];
          dwih[z * I + i] += dz[z] * x[row * I + i];
        }
        for (let r = 0; r < P; r++) {
          dh[r] += dz[z] * whh[z * P + r];
          dwhh[z * P + r] += dz[z] * s.h0[r];
        }
      }
    }
  }
  return dx;
}

/** How near anything is to where the slope of its function jumps: differences that reach over there are no gradients. */
export function nearestKnot(p: Lstm): number {
  const { H, layers } = shapeOf(p);
  let nearest = Infinity;
  const look = (f: Activation, x: number): void => {
    for (const knot of apply(f, x).knots ?? []) nearest = Math.min(nearest, Math.abs(x - knot));
  };
  const units = layers.flat();
  lstm(p).steps.forEach((steps, u) => {
    const [gate, candidate, cell] = units[u].functions;
    for (const s of steps) {
      if (!s) continue; // beyond the length
      s.z.forEach((z, row) => {
        look(row >= 2 * H && row < 3 * H ? candidate : gate, z);
        nearest = Math.min(nearest, Math.abs(Math.abs(z) - (p.clip ?? Infinity)));
      });
      for (const c of s.c) look(cell, c);
    }
  });
  return nearest;
}
