/** Pages of 64 KiB: phones refuse to reserve 4 GiB for each instance. */
export const MEMORY = { maximum: 4096 };
