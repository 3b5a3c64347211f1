// The scratch of the row kernels (ROW_SCRATCH bytes, src/contract.ts): what one row needs while it is worked on.

/** Columns of a block: its input, output and remainders stay in L1. A multiple of 32, see sum.ts. */
export const BLOCK: i32 = 2048;

export const SUM: usize = 0; // four f64 lanes
export const TOP: usize = 32; // exp of the entry that is taken out of the sum
export const REST: usize = 64; // the last group of a row, padded with zeros to 32 columns
export const REMAINDERS: usize = 192; // one block, see expblock.ts
export const EXPS: usize = 192 + 8192; // one block, where the caller does not keep the exp
