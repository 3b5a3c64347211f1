export function softsign2(x: number): number {
  return x / (1 + Math.abs(x));
}

export function softsignGradient(dy: number, x: number): number {
  const a = 1 + Math.abs(x);
  return (dy * (1 + (x - x))) / (a * a);
}
