// Matrix products: shares of the arithmetic peak, and with one row of the read bandwidth of their weights.
import { packedSize } from "../../src/contract.js";
import type { Bed } from "./bed.js";
import { against, type Group, rate, type Section, targeted } from "./figure.js";
import { bytesOf } from "./machine.js";
import { peakOf, peakRuns } from "./peak.js";

const GEMM_SHARE = { strict: 0.95, relaxed: 0.93 };
const GEMV_SHARE = { strict: 0.7, relaxed: 0.85 };

/** Of LSTM layers: h of H = 128, x of I = 64 for 128 rows at a time, h of H = 256. */
const PRODUCTS = [
  { M: 32, K: 128, N: 512 },
  { M: 128, K: 64, N: 512 },
  { M: 32, K: 256, N: 1024 },
];

function gemm({ M, K, N }: (typeof PRODUCTS)[number]) {
  return (bed: Bed): Group => {
    const { build, kernels } = bed;
    const [a, p, bias] = [bed.normals(M * K), bed.normals(packedSize(K, N)), bed.normals(N)];
    const [c, scratch] = [bed.place(4 * M * N), bed.place(128)];
    const run = () => kernels.gemm(c, bias, a, p, M, N, K, N, 0, K, 16 * K, scratch);
    const place = { name: "gemm", size: `M${M} K${K} N${N}`, build };
    return {
      runs: { ...peakRuns(bed), run },
      figures: (rows) => {
        const figure = rate(place, "GFLOP/s", 2 * M * N * K, rows.run);
        return [targeted(against(figure, peakOf(rows)), "ratio", GEMM_SHARE[build])];
      },
    };
  };
}

/** Streaming steps of I = H. */
const STREAMS = [64, 128, 256, 512];

function gemv(H: number) {
  return (bed: Bed): Group => {
    const { build, kernels, limits } = bed;
    const [K, N] = [2 * H, 4 * H];
    const bytes = 4 * packedSize(K, N);
    const [a, p, bias] = [bed.normals(K), bed.normals(packedSize(K, N)), bed.normals(N)];
    const [c, scratch] = [bed.place(4 * N), bed.place(128)];
    const run = () => kernels.gemv(c, bias, a, p, N, K, 16 * K, scratch);
    return {
      runs: { read: () => limits.read(p, bytes), run },
      figures: (rows) => {
        const figure = rate({ name: "gemv", size: `${bytesOf(bytes)} of weights`, build }, "GB/s", bytes, rows.run);
        return [targeted(against(figure, bytes / rows.read.median), "ratio", GEMV_SHARE[build])];
      },
    };
  };
}

export const products: Section[] = [
  { title: "matrix products, against the arithmetic peak", groups: PRODUCTS.map(gemm) },
  { title: "gemv, against reading its weights", groups: STREAMS.map(gemv) },
];
