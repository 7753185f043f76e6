/** Counts by fixed upper bounds: what a Prometheus histogram is made of. */
export class Histogram {
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  /** @param bounds upper bounds (included), rising; a last bucket takes everything above */
  constructor(readonly bounds: readonly number[]) {
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Counts of values up to each bound, and last of all values. */
  cumulated(): number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => (total += count));
  }

  /**
   * The quantile, linear within its bucket; undefined while there is nothing.
   * @param q from 0 to 1
   */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = q * this.#count;
    let below = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      if (below + count >= rank && count > 0) {
        const low = bucket === 0 ? 0 : (this.bounds[bucket - 1] ?? 0);
        const high = this.bounds[bucket] ?? low;
        return low + (high - low) * ((rank - below) / count);
      }
      below += count;
    }
    return this.bounds.at(-1);
  }
}
