// What every kernel is made of. The only file that may name relaxed_*.

/** a * b + c: rounded twice in strict, fused in relaxed. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b: rounded twice in strict, fused in relaxed. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** a * b + c as this build computes it: host code asks it whether the engine really fuses. */
export function probeMadd(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}

@inline
export function bytes(elements: i32): usize {
  return (<usize>elements) << 2;
}

/** The n elements at p, 1 <= n <= 3, the lanes above them 0. */
@inline
export function loadTail(p: usize, n: i32): v128 {
  if (n == 1) return v128.load32_zero(p);
  const low = v128.load64_zero(p);
  return n == 2 ? low : v128.load_lane<f32>(p + 8, low, 2);
}

/** The lowest n lanes to p, 1 <= n <= 3. */
@inline
export function storeTail(p: usize, v: v128, n: i32): void {
  if (n == 1) v128.store_lane<f32>(p, v, 0);
  else {
    v128.store_lane<i64>(p, v, 0);
    if (n == 3) v128.store_lane<f32>(p + 8, v, 2);
  }
}

/** The f32 at a (constants.ts) in four lanes. V8 13 rebuilds a constant v128 at every use, a load is cheaper. */
@inline
export function constant(a: usize): v128 {
  return v128.load32_splat(a);
}

/** [a b c d] as f64 lanes [a b] */
@inline
export function low64(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** [a b c d] as f64 lanes [c d] */
@inline
export function high64(v: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
}

/** f64 lanes [a b], [c d] => f32 [a b c d] */
@inline
export function demote(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** The elements i and i + 1 at p as f64 lanes; `tail`: i alone. */
@inline
export function load2(p: usize, i: i32, tail: bool): v128 {
  const at = p + bytes(i);
  return f64x2.promote_low_f32x4(tail ? v128.load32_zero(at) : v128.load64_zero(at));
}

/** f64 lanes to the elements i and i + 1 at p; `tail`: the first to i alone. */
@inline
export function store2(p: usize, i: i32, v: v128, tail: bool): void {
  const f = f32x4.demote_f64x2_zero(v);
  if (tail) v128.store_lane<f32>(p + bytes(i), f, 0);
  else v128.store_lane<i64>(p + bytes(i), f, 0);
}

/** rows a, b, c, d of four => columns, the i-th stored at to + i * next */
@inline
export function transpose4(to: usize, next: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5), ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5), cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab0, cd0, 0, 2));
  v128.store(to + next, i64x2.shuffle(ab0, cd0, 1, 3));
  v128.store(to + next * 2, i64x2.shuffle(ab2, cd2, 0, 2));
  v128.store(to + next * 3, i64x2.shuffle(ab2, cd2, 1, 3));
}
