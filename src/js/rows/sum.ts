// The row sum of src/contract.ts.
import { fround } from "../simd.js";

/** The lanes S0..S3 of the row that is being summed. */
const SUM = new Float64Array(4);
const REST = new Float32Array(32);

export function clearSum(): void {
  SUM.fill(0);
}

export function sumOf(): number {
  return SUM[0] + SUM[2] + (SUM[1] + SUM[3]);
}

/** SUM += E[e..e + n). Only the last call of a row may have an n that is not a multiple of 32. */
export function addSum(E: Float32Array, e: number, n: number): void {
  addGroups(E, e, n & ~31);
  const rest = n & 31;
  if (rest === 0) return;
  e += n - rest;
  for (let i = 0; i < 32; i++) REST[i] = i < rest ? E[e + i] : 0;
  addGroups(REST, 0, 32);
}

function addGroups(E: Float32Array, e: number, n: number): void {
  let s0 = SUM[0];
  let s1 = SUM[1];
  let s2 = SUM[2];
  let s3 = SUM[3];
  for (const end = e + n; e < end; e += 32) {
    s0 += lane(E, e);
    s1 += lane(E, e + 1);
    s2 += lane(E, e + 2);
    s3 += lane(E, e + 3);
  }
  SUM[0] = s0;
  SUM[1] = s1;
  SUM[2] = s2;
  SUM[3] = s3;
}

function lane(E: Float32Array, e: number): number {
  const a = fround(fround(E[e] + E[e + 4]) + fround(E[e + 8] + E[e + 12]));
  const b = fround(fround(E[e + 16] + E[e + 20]) + fround(E[e + 24] + E[e + 28]));
  return fround(a + b);
}
