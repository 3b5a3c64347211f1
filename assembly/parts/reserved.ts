// The first KiB of constants stays free: on the same memory the kernels of rows have theirs there.
export const RESERVED: usize = memory.data(1024);
