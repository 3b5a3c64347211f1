// Where the weights of an LSTM lie in the arrays of other systems. Offsets and strides are in elements.

/** D directions, I inputs, H units. */
export interface Sizes {
  D: number;
  I: number;
  H: number;
}

/** One direction of a parameter in an array: from `at` on, `unit` from a unit of a gate to the next, `col` from input to input. */
export interface Place {
  array: string;
  at: number;
  unit: number;
  col: number;
}

/** By PyTorch's names; weight_ch are peepholes, from the cell to the gates i, f and o, which PyTorch has not. */
export const PARAMETERS = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_ch"] as const;
export type ParameterName = (typeof PARAMETERS)[number];

type Lengths = Readonly<Record<string, number>>;

export interface Layout {
  /** The order of the gates i, f, g (also called c or j) and o. Peepholes have the same without g. */
  gates: string;
  /** Arrays that have to be there; the others of `shapes` may be missing. */
  required: readonly string[];
  /** The arrays from whose lengths H and I follow. */
  sizedBy: readonly [H: string, I: string];
  /** Whether the arrays have a first axis of D, which may be left out where it is 1. */
  directions: boolean;
  /** What is added to the forget gate at run time if nothing else is said, for systems that do so. */
  forgetBias?: number;
  sizes?(length: Lengths, D: number): Sizes;
  shapes(sizes: Sizes): Readonly<Record<string, readonly number[]>>;
  /** Without bias_hh there is one bias, the sum; without weight_ch no peepholes. */
  places(sizes: Sizes): Partial<Record<ParameterName, Place>>;
}

/** [4H, cols], row-major. */
const rows = (array: string, cols: number, at = 0): Place => ({ array, at, unit: cols, col: 1 });
/** [cols, 4H], row-major. */
const columns = (array: string, H: number, at = 0): Place => ({ array, at, unit: 1, col: 4 * H });

/** Where a layout has nothing else: from the lengths of [D, 4H, H] and [D, 4H, I]. */
export function sizesBy({ sizedBy: [recurrent, input], sizes }: Layout, length: Lengths, D: number): Sizes {
  if (sizes) return sizes(length, D);
  const H = Math.sqrt(length[recurrent] / (4 * D));
  return { D, H, I: length[input] / (4 * H * D) };
}

/** One direction of a state dict, whose names lack their ends. */
export const STATE: Layout = {
  gates: "ifgo",
  required: ["weight_ih", "weight_hh"],
  sizedBy: ["weight_hh", "weight_ih"],
  directions: false,
  shapes: ({ I, H }) => ({
    weight_ih: [4 * H, I],
    weight_hh: [4 * H, H],
    bias_ih: [4 * H],
    bias_hh: [4 * H],
    weight_ch: [3 * H],
  }),
  places: ({ I, H }) => ({
    weight_ih: rows("weight_ih", I),
    weight_hh: rows("weight_hh", H),
    bias_ih: rows("bias_ih", 1),
    bias_hh: rows("bias_hh", 1),
    weight_ch: rows("weight_ch", 1),
  }),
};

export const ONNX: Layout = {
  gates: "iofg",
  required: ["W", "R"],
  sizedBy: ["R", "W"],
  directions: true,
  shapes: ({ D, I, H }) => ({ W: [D, 4 * H, I], R: [D, 4 * H, H], B: [D, 8 * H], P: [D, 3 * H] }),
  places: ({ I, H }) => ({
    weight_ih: rows("W", I),
    weight_hh: rows("R", H),
    bias_ih: rows("B", 1),
    bias_hh: rows("B", 1, 4 * H),
    weight_ch: rows("P", 1),
  }),
};

export const OPENVINO: Layout = {
  gates: "figo",
  required: ["W", "R", "B"],
  sizedBy: ["R", "W"],
  directions: true,
  shapes: ({ D, I, H }) => ({ W: [D, 4 * H, I], R: [D, 4 * H, H], B: [D, 4 * H] }),
  places: ({ I, H }) => ({ weight_ih: rows("W", I), weight_hh: rows("R", H), bias_ih: rows("B", 1) }),
};

export const KERAS: Layout = {
  gates: "ifgo",
  required: ["kernel", "recurrent_kernel"],
  sizedBy: ["recurrent_kernel", "kernel"],
  directions: false,
  shapes: ({ I, H }) => ({ kernel: [I, 4 * H], recurrent_kernel: [H, 4 * H], bias: [4 * H] }),
  places: ({ H }) => ({
    weight_ih: columns("kernel", H),
    weight_hh: columns("recurrent_kernel", H),
    bias_ih: rows("bias", 1),
  }),
};

export const TENSORFLOW1: Layout = {
  gates: "igfo",
  required: ["kernel", "bias"],
  sizedBy: ["bias", "kernel"],
  directions: false,
  forgetBias: 1,
  sizes(length, D) {
    const H = length.bias / 4;
    return { D, H, I: length.kernel / (4 * H) - H };
  },
  shapes: ({ I, H }) => ({ kernel: [I + H, 4 * H], bias: [4 * H] }),
  places: ({ I, H }) => ({
    weight_ih: columns("kernel", H),
    weight_hh: columns("kernel", H, 4 * H * I),
    bias_ih: rows("bias", 1),
  }),
};
