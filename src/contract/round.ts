/** Sizes rounded up. */
export const round4 = (n: number): number => (n + 3) & ~3;
export const round16 = (n: number): number => (n + 15) & ~15;
