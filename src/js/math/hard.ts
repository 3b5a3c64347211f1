export function hardSigmoid2(x: number, alpha: number, beta: number): number {
  const y = alpha * x + beta;
  return y < 0 ? 0 : y > 1 ? 1 : y;
}

export function hardSigmoidGradient(dy: number, x: number, alpha: number, beta: number): number {
  const y = alpha * x + beta;
  return y > 0 && y < 1 ? dy * alpha : 0;
}

export function hardTanh4(x: number, least: number, most: number): number {
  return x < least ? least : x > most ? most : x;
}

export function hardTanhGradient(dy: number, x: number, least: number, most: number): number {
  return x <= least || x >= most ? 0 : dy;
}
