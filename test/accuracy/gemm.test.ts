// Products of matrices against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { test } from "vitest";
import { packedSize } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { floats, kernelsOf, roundings, Worst } from "../support/worst.js";

const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  const magnitudes = (values: Float32Array) => values.map(Math.abs);

  test("pack, packTransposed, gemm", () => {
    const worst = new Worst();
    const random = new Random(9);
    for (const [M, N, K] of [
      [1, 1, 1],
      [40, 40, 1],
      [40, 40, 2],
      [2, 16, 5],
      [3, 17, 33],
      [3, 17, 32],
      [3, 17, 64],
      [3, 17, 65],
      [5, 5, 100],
      [4, 40, 1000],
      [7, 33, 0],
    ]) {
      const [a, w, cin] = [M * K, N * K, M * N].map((n) => random.normals(n));
      const zeros = new Float32Array(N);
      const want = oracle.linear(a, w, zeros, M, K, N).map((v, i) => v + cin[i]);
      const terms = oracle.linear(magnitudes(a), magnitudes(w), zeros, M, K, N).map((v, i) => v + Math.abs(cin[i]));
      for (const kernel of ["pack", "packTransposed"] as const) {
        const image = new Image();
        const b = kernel === "pack" ? Float32Array.from(w, (_, i) => w[(i % N) * K + Math.floor(i / N)]) : w;
        const p = image.place(packedSize(K, N));
        call(image, kernel, [p, image.put(b), K, N, kernel === "pack" ? N : K]);
        const c = image.put(cin);
        call(image, "gemm", [c, c, image.put(a), p, M, N, K, N, N, K, 16 * K, image.putScratch(32)]);
        const what = `${M} x ${N} x ${K} ${kernel}`;
        worst.within(what, floats(image, c, M * N), want, (i) => roundings(K) * U * terms[i]);
      }
    }
    worst.expectAtMost(1);
  });
});
