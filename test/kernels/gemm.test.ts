// Products of matrices against their twins: the same memory, the same call, every byte compared afterwards.
import { test } from "vitest";
import { gemmTNScratch, packedSize } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

  const EDGES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100];

  test("pack, packTransposed, gemm, gemv", () => {
    const random = new Random(7);
    for (const N of EDGES) {
      for (const K of [0, 1, 2, 3, 4, 5, 7, 16, 33]) {
        for (const M of [0, 1, 2, 3, 4, 7]) {
          const image = new Image();
          const [ldb, ldbT, lda, ldc] = [N + 1, K + 2, K + 1, N + 3];
          const b = image.put(random.normals(K * ldb), 1);
          const bT = image.put(random.normals(N * ldbT), 2);
          const p = image.put(random.normals(packedSize(K, N)));
          const a = image.put(random.normals(M * lda), 1);
          const cin = image.put(random.normals(Math.max(1, M) * ldc), 3);
          const c = image.place(M * ldc);
          const scratch = image.putScratch(32);
          const what = `${M} x ${N} x ${K}`;
          if (M === 1) {
            same(what, image, "pack", [p, b, K, N, ldb]);
            same(what, image, "packTransposed", [p, bT, K, N, ldbT]);
            same(what, image, "gemv", [c, cin, a, p, N, K, 16 * K, scratch]);
          }
          same(what, image, "gemm", [c, cin, a, p, M, N, K, ldc, ldc, lda, 16 * K, scratch]);
          same(`${what} one row of cin`, image, "gemm", [c, cin, a, p, M, N, K, ldc, 0, lda, 16 * K, scratch]);
          same(`${what} in place`, image, "gemm", [cin, cin, a, p, M, N, K, ldc, ldc, lda, 16 * K, scratch]);
        }
      }
    }
  });

  test("gemmTN and columnSums", () => {
    const random = new Random(8);
    for (const M of EDGES) {
      for (const N of [1, 3, 4, 16, 17, 33]) {
        for (const R of [0, 1, 3, 4, 9, 40]) {
          const image = new Image();
          const [lda, ldb, ldc] = [M + 1, N + 2, N + 1];
          const a = image.put(random.normals(R * lda), 1);
          const b = image.put(random.normals(R * ldb), 2);
          const c = image.put(random.normals(M * ldc));
          const sum = image.put(random.normals(M));
          const chunk = [256, 1, 7][random.below(3)];
          const scratch = image.putScratch(gemmTNScratch(M, N, R, chunk));
          same(`${M} x ${N} x ${R}`, image, "gemmTN", [c, a, b, M, N, R, ldc, lda, ldb, chunk, scratch]);
          same(`${R} x ${M}`, image, "columnSums", [sum, a, R, M, lda]);
        }
      }
    }
  });

  test("transpose", () => {
    const random = new Random(16);
    for (const rows of [0, 1, 3, 4, 5, 16, 33]) {
      for (const cols of [0, 1, 2, 4, 7, 16, 100]) {
        const image = new Image();
        const [ldx, ldy] = [cols + random.below(4), rows + random.below(4)];
        const x = image.put(random.normals(rows * ldx), random.below(4));
        same(`${rows} x ${cols}`, image, "transpose", [
          image.place(cols * ldy, random.below(4)),
          x,
          rows,
          cols,
          ldy,
          ldx,
        ]);
      }
    }
  });
});
