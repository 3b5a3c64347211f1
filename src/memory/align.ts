/** Bytes of a line of the cache: what is handed out starts at a multiple of it, so that no vector crosses two lines. */
export const LINE = 64;

/** So many bytes, rounded up to whole lines. */
export const aligned = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;
