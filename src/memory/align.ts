/** Bytes of a line of the cache: what is handed out starts at a multiple of it, so that no vector crosses two lines. */
const LINE = 64;

/** So many bytes, rounded up to whole lines. */
export const aligned = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** What allocate() of the heap takes for so many bytes: each piece has an address of its own. */
export const pieceBytes = (bytes: number): number => aligned(bytes || 1);
