// The row sum of src/contract.ts.
import { fround } from "../simd.js";

/** The lanes S0..S3 of the row that is being summed. */
const SUM = new Float64Array(4);

export function clearSum(): void {
  SUM.fill(0);
}

export function sumOf(): number {
  return SUM[0] + SUM[2] + (SUM[1] + SUM[3]);
}

/** SUM += E[e..e + n), n <= BLOCK. Only the last call of a row may have an n that is not BLOCK. */
export function addSum(E: Float32Array, e: number, n: number): void {
  let s0 = SUM[0];
  let s1 = SUM[1];
  let s2 = SUM[2];
  let s3 = SUM[3];
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  const end = e + n;
  for (const wide = e + (n & ~31); e < wide; e += 32) {
    s0 += tree(E, e);
    s1 += tree(E, e + 1);
    s2 += tree(E, e + 2);
    s3 += tree(E, e + 3);
    t0 += tree(E, e + 16);
    t1 += tree(E, e + 17);
    t2 += tree(E, e + 18);
    t3 += tree(E, e + 19);
  }
  for (; e + 4 <= end; e += 4) {
    s0 += E[e];
    s1 += E[e + 1];
    s2 += E[e + 2];
    s3 += E[e + 3];
  }
  if (e < end) s0 += E[e];
  if (e + 1 < end) s1 += E[e + 1];
  if (e + 2 < end) s2 += E[e + 2];
  SUM[0] = s0 + t0;
  SUM[1] = s1 + t1;
  SUM[2] = s2 + t2;
  SUM[3] = s3 + t3;
}

function tree(E: Float32Array, e: number): number {
  return fround(fround(E[e] + E[e + 4]) + fround(E[e + 8] + E[e + 12]));
}
