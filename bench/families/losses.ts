// Losses of single elements with their gradients, in linear memory: tensors in, a tensor out.
import { Random } from "../../test/random.js";
import type { Case } from "../cases.js";
import { bceWithLogits, mse } from "../plain/losses.js";

const OPS = { mse, bceWithLogits };
const ELEMENTS = 32_000;

function lossCase(op: keyof typeof OPS): Case {
  const random = new Random(ELEMENTS);
  const [x, y] = [random.normals(ELEMENTS, 3), random.floats(ELEMENTS, 0, 1).map(Math.round)];
  return {
    family: "losses",
    name: `${op} + gradient`,
    size: `${ELEMENTS}`,
    bound: { relative: 1e-6, absolute: 1e-7 },
    library: (sc) => {
      const tensors = [sc.tensor([ELEMENTS], x), sc.tensor([ELEMENTS], y), sc.tensor([ELEMENTS])];
      const [logits, targets, out] = tensors;
      const options = { out };
      let loss = 0;
      return {
        run: () => {
          loss = sc[op](logits, targets, options).loss;
        },
        outputs: () => [Float32Array.of(loss), out.data],
        dispose: () => {
          for (const tensor of tensors) tensor.dispose();
        },
      };
    },
    plain: () => {
      const dx = new Float32Array(ELEMENTS);
      let loss = 0;
      return {
        run: () => {
          loss = OPS[op](dx, x, y);
        },
        outputs: () => [Float32Array.of(loss), dx],
      };
    },
  };
}

export const losses: Case[] = [lossCase("mse"), lossCase("bceWithLogits")];
