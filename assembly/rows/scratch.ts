// The scratch of the row kernels (ROW_SCRATCH bytes, src/contract/rows.ts): what one row needs while it is worked on.

/** Columns of a block: its input, output and remainders stay in L1. A multiple of 32, see sum.ts. */
export const BLOCK: i32 = 2048;

export const SUM: usize = 0; // four f64 lanes
export const GROUP: usize = 32; // the group of columns with the maximum, see maximum.ts
export const REMAINDERS: usize = 48; // one block, see expblock.ts
export const COLUMNS: usize = REMAINDERS + 512; // four short columns, behind their remainders, see columns.ts
export const EXPS: usize = REMAINDERS + 8192; // one block, where the caller does not keep the exp
