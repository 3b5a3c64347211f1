// The functions of rows and cross-entropy against their twins: the same memory, the same call, every byte compared
// afterwards.
import { test } from "vitest";
import { ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { ROWS, SIZES, VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

const SCRATCH = ROW_SCRATCH >> 2;

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

  const LONG = [0, ...SIZES, 31, 32, 1024, 2047, 2049, 4100];

  test.each(["softmax", "logSoftmax"] as const)("%s", (kernel) => {
    const random = new Random(3);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [2] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of cols < 100 ? [1, 0.7, -2, 0] : [1, -0.3]) {
            const image = new Image();
            const [ldx, ldy] = [cols + random.below(4), cols + random.below(4)];
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const y = image.place(rows * ldy, random.below(4));
            const scratch = image.putScratch(SCRATCH);
            same(`${rows} x ${cols} ${name} beta ${beta}`, image, kernel, [y, x, rows, cols, ldy, ldx, beta, scratch]);
            same(`${rows} x ${cols} ${name} beta ${beta} in place`, image, kernel, [
              x,
              x,
              rows,
              cols,
              ldx,
              ldx,
              beta,
              scratch,
            ]);
          }
        }
      }
    }
  });

  test("softmaxColumns", () => {
    const random = new Random(14);
    for (const rows of [0, 1, 2, 3, 4, 5, 10, 27, 31]) {
      for (const cols of ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of [1, 0.7, -2, 0]) {
            const image = new Image();
            const [ldx, ldy] = [cols + random.below(4), cols + random.below(4)];
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const y = image.place(rows * ldy, random.below(4));
            const scratch = image.putScratch(SCRATCH);
            const label = `${rows} x ${cols} ${name} beta ${beta}`;
            same(label, image, "softmaxColumns", [y, x, rows, cols, ldy, ldx, beta, scratch]);
            same(`${label} in place`, image, "softmaxColumns", [x, x, rows, cols, ldx, ldx, beta, scratch]);
          }
        }
      }
    }
  });

  test.each(["softmaxBackward", "logSoftmaxBackward"] as const)("%s", (kernel) => {
    const random = new Random(4);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [1] : ROWS) {
        const image = new Image();
        const ld = cols + random.below(4);
        const dy = image.putRows(random.normals(rows * cols), rows, cols, ld, 1);
        const values = random.floats(rows * cols, 0, 1).map((v) => (kernel === "softmaxBackward" ? v : v * -100));
        const y = image.putRows(values, rows, cols, ld);
        const dx = image.place(rows * ld, 3);
        const scratch = image.putScratch(SCRATCH);
        for (const beta of [1, 0.7]) {
          for (const to of [dx, dy, y]) {
            same(`${rows} x ${cols}`, image, kernel, [to, dy, y, rows, cols, ld, ld, ld, beta, scratch]);
          }
        }
      }
    }
  });

  test("logSumExp and its backward", () => {
    const random = new Random(5);
    for (const cols of LONG) {
      for (const rows of cols > 1000 ? [1] : [1, 3]) {
        for (const [name, values] of Object.entries(VALUES)) {
          for (const beta of cols < 100 ? [1, 0.7, -2, 0] : [1]) {
            const image = new Image();
            const ldx = cols + random.below(4);
            const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
            const lse = image.put(random.normals(rows), 1);
            const dx = image.place(rows * ldx, 2);
            const scratch = image.putScratch(SCRATCH);
            const what = `${rows} x ${cols} ${name} beta ${beta}`;
            same(what, image, "logSumExp", [lse, x, rows, cols, ldx, beta, scratch]);
            same(what, image, "logSumExpBackward", [dx, lse, x, rows, cols, ldx, ldx, beta, scratch]);
            same(`${what} in place`, image, "logSumExpBackward", [x, lse, x, rows, cols, ldx, ldx, beta, scratch]);
          }
        }
      }
    }
  });

  test("crossEntropy and crossEntropyProbabilities", () => {
    const random = new Random(6);
    for (const cols of LONG.filter((n) => n > 0)) {
      for (const rows of cols > 1000 ? [2] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          const image = new Image();
          const ld = cols + random.below(4);
          const x = image.putRows(values(random, rows, cols), rows, cols, ld, random.below(4));
          const targets = image.putInts(random.ints(rows, cols).map((t) => (random.below(6) ? t : -100)));
          const weight = random.below(2) ? image.put(random.floats(cols, 0, 2)) : 0;
          const dloss = random.below(2) ? image.put(random.normals(rows)) : 0;
          const loss = image.place(rows);
          const dx = image.place(rows * ld);
          const scratch = image.putScratch(SCRATCH);
          const y = image.put(random.floats(rows * cols, -0.1, 1).map((v) => Math.max(0, v)));
          for (const to of [0, dx, x]) {
            const smoothing = [0, 0.1, 1][random.below(3)];
            const [z, losses] = [random.below(2) * 0.01, random.below(3) ? loss : 0];
            const what = `${rows} x ${cols} ${name} smoothing ${smoothing} z ${z}`;
            const sizes = [rows, cols, ld, ld];
            const flags = [smoothing, z, 0.3, 1.5, scratch];
            same(what, image, "crossEntropy", [losses, to, x, targets, weight, dloss, ...sizes, -100, ...flags]);
            const probabilities = [losses, to, x, y, weight, dloss, ...sizes, cols, ...flags];
            same(what, image, "crossEntropyProbabilities", probabilities);
          }
        }
      }
    }
  });

  test("addMask", () => {
    const random = new Random(17);
    for (const cols of [0, ...SIZES]) {
      const image = new Image();
      const n = cols === 1000 ? 1 : 3;
      const x = image.put(VALUES["one NaN"](random, n, cols), 1);
      const mask = image.put(
        random.normals(cols).map((v) => (random.below(3) ? v : Number.NEGATIVE_INFINITY)),
        2,
      );
      for (const [factor, fill] of [
        [1, Number.NEGATIVE_INFINITY],
        [-0.7, Number.POSITIVE_INFINITY],
      ]) {
        same(`${n} x ${cols}`, image, "addMask", [image.place(n * cols, 3), x, mask, n, cols, factor, fill]);
        same(`${n} x ${cols} in place`, image, "addMask", [x, x, mask, n, cols, factor, fill]);
      }
    }
  });
});
