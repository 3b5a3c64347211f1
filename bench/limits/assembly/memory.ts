// Reads, writes and copies of n bytes, a multiple of 128, 8 vectors an iteration: with one load it is half as fast.

export function read(p: usize, n: usize): i32 {
  let a = v128.load(p), b = a, c = a, d = a;
  for (const end = p + n; p < end; p += 128) {
    a = v128.xor(a, v128.load(p)), b = v128.xor(b, v128.load(p, 16));
    c = v128.xor(c, v128.load(p, 32)), d = v128.xor(d, v128.load(p, 48));
    a = v128.xor(a, v128.load(p, 64)), b = v128.xor(b, v128.load(p, 80));
    c = v128.xor(c, v128.load(p, 96)), d = v128.xor(d, v128.load(p, 112));
  }
  return i32x4.extract_lane(v128.xor(v128.xor(a, b), v128.xor(c, d)), 0);
}

export function write(p: usize, n: usize): void {
  const v = i32x4.splat(<i32>n);
  for (const end = p + n; p < end; p += 128) {
    v128.store(p, v), v128.store(p, v, 16), v128.store(p, v, 32), v128.store(p, v, 48);
    v128.store(p, v, 64), v128.store(p, v, 80), v128.store(p, v, 96), v128.store(p, v, 112);
  }
}

export function copy(to: usize, from: usize, n: usize): void {
  const d = to - from;
  for (const end = from + n; from < end; from += 128) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), e = v128.load(from, 48);
    const f = v128.load(from, 64), g = v128.load(from, 80), h = v128.load(from, 96), i = v128.load(from, 112);
    v128.store(from + d, a), v128.store(from + d, b, 16), v128.store(from + d, c, 32), v128.store(from + d, e, 48);
    v128.store(from + d, f, 64), v128.store(from + d, g, 80), v128.store(from + d, h, 96), v128.store(from + d, i, 112);
  }
}
