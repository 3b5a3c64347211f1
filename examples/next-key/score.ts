// How good guesses were: each is judged before its key is learnt from.
export interface Figures {
  /** Shares of keys that were the first guess, and among the first three. */
  first: number;
  three: number;
  /** -log of the probability that a key had, on average. */
  nats: number;
}

export class Score {
  private readonly ranks: number[] = [];
  private readonly nats: number[] = [];

  add(probabilities: ArrayLike<number>, key: number): void {
    let rank = 0;
    for (let other = 0; other < probabilities.length; other++) {
      const [p, q] = [probabilities[other], probabilities[key]];
      if (p > q || (p === q && other < key)) rank++;
    }
    this.ranks.push(rank);
    this.nats.push(-Math.log(probabilities[key]));
  }

  /** Of the keys from `start` to before `end`. */
  figures(start = 0, end = this.ranks.length): Figures {
    const ranks = this.ranks.slice(start, end);
    const share = (most: number) => ranks.filter((rank) => rank < most).length / ranks.length;
    return {
      first: share(1),
      three: share(3),
      nats: this.nats.slice(start, end).reduce((a, b) => a + b) / ranks.length,
    };
  }

  /** Of the last `window` keys at most. */
  latest(window: number): Figures {
    return this.figures(Math.max(0, this.ranks.length - window));
  }
}
