// Cases whose arguments and result lie in linear memory: tensors in, a tensor out.
import { type Softcell, type Tensor, tensor } from "../src/index.js";
import type { Case } from "./cases.js";

/** Numbers are compared: a loss, indices. Anything else is taken to be what was written to out. */
type Answer = unknown;

export interface TensorCase extends Omit<Case, "library" | "plain"> {
  /** Made anew for each variant. */
  inputs: () => readonly (readonly [shape: readonly number[], data: Float32Array])[];
  /** Of the result; default: there is none. */
  shape?: readonly number[];
  /** What is timed, for tensors of the inputs. */
  library(sc: Softcell, inputs: readonly Tensor[], options: { out: Tensor }): () => Answer;
  plain(out: Float32Array, inputs: readonly Float32Array[]): () => Answer;
}

export function tensorCase({ inputs, shape = [0], library, plain, ...rest }: TensorCase): Case {
  return {
    ...rest,
    library: (sc) => {
      const out = tensor(sc, shape);
      const tensors = inputs().map(([axes, data]) => tensor(sc, axes, data));
      const { run, outputs } = variant(library(sc, tensors, { out }), () => out.data);
      return {
        run,
        outputs,
        dispose: () => {
          for (const tensor of [out, ...tensors]) tensor.dispose();
        },
      };
    },
    plain: () => {
      const out = new Float32Array(shape.reduce((n, axis) => n * axis, 1));
      const arrays = inputs().map(([, data]) => data);
      return variant(plain(out, arrays), () => out);
    },
  };
}

function variant(call: () => Answer, out: () => Float32Array) {
  let answer: Answer;
  return {
    run: () => {
      answer = call();
    },
    outputs: () => [...numbersOf(answer), out()],
  };
}

function numbersOf(answer: Answer): Float32Array[] {
  if (typeof answer === "number") return [Float32Array.of(answer)];
  return answer instanceof Int32Array || answer instanceof Float32Array ? [Float32Array.from(answer)] : [];
}
