/** A run of free bytes. */
interface Gap {
  start: number;
  end: number;
}

/** The free bytes of a memory: gaps in order of address, neighbours merged. */
export class Gaps {
  private readonly gaps: Gap[] = [];

  has(size: number): boolean {
    return this.gaps.some((gap) => gap.end - gap.start >= size);
  }

  /** Bytes of the largest. */
  largest(): number {
    return this.gaps.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  }

  /** How many lie before this address. */
  before(end: number): number {
    const last = this.gaps[this.gaps.length - 1];
    return last?.end === end ? end - last.start : 0;
  }

  /** The start of so many in the first gap that has them: one has. */
  take(size: number): number {
    const i = this.gaps.findIndex((gap) => gap.end - gap.start >= size);
    const gap = this.gaps[i];
    const { start } = gap;
    gap.start += size;
    if (gap.start === gap.end) this.gaps.splice(i, 1);
    return start;
  }

  add(start: number, end: number): void {
    let i = this.gaps.findIndex((gap) => gap.start >= end);
    if (i < 0) i = this.gaps.length;
    const before = this.gaps[i - 1];
    const after = this.gaps[i];
    if (before?.end === start && after?.start === end) {
      before.end = after.end;
      this.gaps.splice(i, 1);
    } else if (before?.end === start) before.end = end;
    else if (after?.start === end) after.start = start;
    else this.gaps.splice(i, 0, { start, end });
  }
}
