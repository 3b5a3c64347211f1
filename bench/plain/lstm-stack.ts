// Plain JavaScript, as a user would write it: layers of LSTMs on top of each other, each in both directions.
import * as lstm from "./lstm.js";

/** One direction of a layer: reversed steps in and out. */
interface Direction {
  w: lstm.LstmWeights;
  grad: lstm.LstmWeights;
  tape: lstm.Tape;
  x: Float32Array;
  dx: Float32Array;
  dy: Float32Array;
}

export class BidirectionalLstm {
  /** [T][B][2H], of the last layer. */
  readonly y: Float32Array;
  readonly dx: Float32Array;
  /** In the order of the weights. */
  readonly gradients: readonly lstm.LstmWeights[];
  private readonly layers: readonly { size: lstm.Sizes; y: Float32Array; dx: Float32Array; directions: Direction[] }[];
  private readonly work: lstm.Workspace;

  /** The weights of each layer, forward and reverse: the first ones of [4H][I], the others of [4H][2H]. */
  constructor(weights: readonly (readonly lstm.LstmWeights[])[], { T, B, I, H }: lstm.Sizes) {
    const zeros = (n: number) => new Float32Array(n);
    this.layers = weights.map((both, k) => {
      const size = { T, B, I: k === 0 ? I : 2 * H, H };
      const [inputs, outputs] = [T * B * size.I, T * B * H];
      const directions = both.map((w) => {
        const [x, dx, dy] = [inputs, inputs, outputs].map(zeros);
        return { w, grad: lstm.zerosLike(w), tape: lstm.createTape(size), x, dx, dy };
      });
      return { size, y: zeros(2 * outputs), dx: zeros(inputs), directions };
    });
    this.work = lstm.createWorkspace({ T, B, I, H });
    this.y = this.layers[this.layers.length - 1].y;
    this.dx = this.layers[0].dx;
    this.gradients = this.layers.flatMap(({ directions }) => directions.map(({ grad }) => grad));
  }

  /** x [T][B][I] => y */
  forward(x: Float32Array): void {
    for (const { size, y, directions } of this.layers) {
      const { T, B, I, H } = size;
      directions.forEach((direction, k) => {
        copySteps(direction.x, 0, I, x, 0, I, I, T, B, k === 1);
        lstm.lstmForwardTape(direction.tape, direction.x, direction.w, size);
        copySteps(y, k * H, 2 * H, direction.tape.h, B * H, H, H, T, B, k === 1);
      });
      x = y;
    }
  }

  /** dy [T][B][2H] => dx; adds to the gradients. */
  backward(dy: Float32Array): void {
    for (const { size, dx, directions } of [...this.layers].reverse()) {
      const { T, B, I, H } = size;
      dx.fill(0);
      directions.forEach((direction, k) => {
        const { w, grad, tape, x } = direction;
        copySteps(direction.dy, 0, H, dy, k * H, 2 * H, H, T, B, k === 1);
        lstm.lstmBackward(direction.dx, grad, this.work, direction.dy, tape, x, w, size);
        for (let t = 0; t < T; t++) {
          const [to, from] = [t * B * I, (k === 1 ? T - 1 - t : t) * B * I];
          for (let i = 0; i < B * I; i++) dx[to + i] += direction.dx[from + i];
        }
      });
      dy = dx;
    }
  }
}

/** Rows of `n` numbers from `from` with `fromRow` numbers each to `to`, the steps in reverse or not. */
function copySteps(
  to: Float32Array,
  toStart: number,
  toRow: number,
  from: Float32Array,
  fromStart: number,
  fromRow: number,
  n: number,
  T: number,
  B: number,
  reverse: boolean,
): void {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const [a, z] = [toStart + (t * B + b) * toRow, fromStart + ((reverse ? T - 1 - t : t) * B + b) * fromRow];
      for (let i = 0; i < n; i++) to[a + i] = from[z + i];
    }
  }
}
